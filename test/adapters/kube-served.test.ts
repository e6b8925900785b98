import { connectCluster } from '../../src/adapters/kube/connect.js';
import type { RawKube } from '../../src/adapters/kube/kube.js';
import type { Workload } from '../../src/model/kube-object.js';
import { createFakeCluster, type FakeCluster } from '../support/fake-cluster/fake-cluster.js';
import { type Served, serve } from '../support/fake-cluster/serve.js';
import { guardedContract } from './guarded.contract.js';
import { journalContract } from './journal.contract.js';
import { kubeContract } from './kube.contract.js';
import { locksContract } from './locks.contract.js';

let fake: FakeCluster;
let served: Served;
let raw: RawKube;
beforeEach(async () => {
  fake = createFakeCluster();
  fake.seed({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
  served = await serve(fake);
  raw = connectCluster({ kubeconfig: served.kubeconfig }, { timeoutMilliseconds: 10_000 });
});
afterEach(() => {
  fake.clearFaults();
  return served.close();
});
let runs = 0;
const fresh = () => `run-${++runs}`;
const subject = () => ({ raw, namespace: 'shop' });

describe('the real client on the served fake', () => kubeContract(subject));
describe('guarded writes over HTTP', () => guardedContract(subject, fresh));
describe('locks over HTTP', () => locksContract(() => raw, fresh));
describe('the journal over HTTP', () => journalContract(() => raw, fresh));

describe('when the API server is in trouble', () => {
  const failing = (type: string, message: RegExp = /./) => expect.objectContaining({ type, message: expect.stringMatching(message) });
  const ref = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'api' };
  beforeEach(() =>
    fake.seed({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'api', namespace: 'shop' },
      spec: { selector: { matchLabels: { a: 'b' } }, template: { metadata: { labels: { a: 'b' } }, spec: { containers: [] } } },
    } as Workload),
  );

  test('a connection that breaks after the change is Unreachable, and the change is made', async () => {
    fake.failAfter(/replicas=0/);
    await expect(raw.patch(ref, { spec: { replicas: 0 } })).rejects.toEqual(failing('Unreachable', /patch Deployment shop\/api/));
    expect(fake.find<Workload>(ref)?.spec.replicas).toBe(0);
  });

  test('a call that stands still ends by the client’s own time limit', async () => {
    const hang = fake.hangAfter(/replicas=0/);
    const impatient = connectCluster({ kubeconfig: served.kubeconfig }, { timeoutMilliseconds: 1000 });
    await expect(impatient.patch(ref, { spec: { replicas: 0 } })).rejects.toEqual(failing('Unreachable', /no answer in time/));
    expect(await hang.reached).toBe('patch Deployment shop/api replicas=0');
  });

  test('a server that is down is Unreachable, and found again when it is back', async () => {
    fake.down = true;
    await expect(raw.get(ref)).rejects.toEqual(failing('Unreachable'));
    fake.down = false;
    expect(await raw.get(ref)).toBeDefined();
  });

  test('a kind that is installed later is found', async () => {
    const kind = { apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject' };
    expect(await raw.serves(kind)).toBe(false);
    fake.install({ ...kind, plural: 'scaledobjects', namespaced: true });
    expect(await raw.serves(kind)).toBe(true);
  });

  test('what is forbidden is Forbidden, and known beforehand', async () => {
    fake.deny({ verb: 'patch', resource: 'deployments' });
    await expect(raw.patch(ref, { spec: { replicas: 0 } })).rejects.toEqual(failing('Forbidden'));
    expect(await raw.mayI({ verb: 'patch', group: 'apps', resource: 'deployments' })).toBe(false);
  });

  test('the way through a Service answers what its pods answer', async () => {
    fake.behaviour.http = ({ path }) => ({ status: path === '/health?full=yes' ? 200 : 418, body: 'teapot' });
    fake.seed({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web', namespace: 'shop' },
      spec: { selector: { a: 'b' }, ports: [{ port: 80 }] },
    } as Workload & object);
    expect(await raw.httpGet({ namespace: 'shop', name: 'web', port: 80, path: '/health?full=yes' })).toEqual({ status: 200, body: 'teapot' });
    expect(await raw.httpGet({ namespace: 'shop', name: 'web', port: 'http', path: '/' })).toEqual({ status: 418, body: 'teapot' });
  });
});
