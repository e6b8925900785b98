import { awaitReady } from '../../src/activities/await-ready.js';
import type { KubeObject, Pod } from '../../src/model/kube-object.js';
import { createFakeCluster, type FakeCluster } from '../support/fake-cluster/fake-cluster.js';
import { stepLaws } from '../support/step-laws.js';
import { StepRig } from '../support/step-rig.js';

const ref = (kind: 'Deployment' | 'StatefulSet', name: string) => ({ apiVersion: 'apps/v1' as const, kind, namespace: 'shop', name });
const workload = (kind: 'Deployment' | 'StatefulSet', name: string) => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name, namespace: 'shop' },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name, image: `${name}:1` }] } },
  },
});
const workloads = [ref('Deployment', 'api'), ref('StatefulSet', 'db')];
const world = () => {
  const fake = createFakeCluster();
  fake.seed(workload('Deployment', 'api') as KubeObject, workload('StatefulSet', 'db') as KubeObject);
  return fake;
};

stepLaws('awaitReady', {
  step: 'awaitReady',
  factory: awaitReady,
  input: { workloads, withinSeconds: 5 },
  world,
  readOnly: true,
  done: (_, result) => {
    expect(result).toBeUndefined();
  },
});

const failing = (fake: FakeCluster, more: readonly object[] = workloads) =>
  new StepRig(fake, awaitReady).act('awaitReady', { workloads: more, withinSeconds: 0.1 }).then(
    () => '',
    (error: Error) => error.message,
  );

describe('awaitReady', () => {
  test('tells why pods are not ready: their state, what the cluster warns of, the last lines of their log', async () => {
    const fake = world();
    fake.behaviour.pod = ({ metadata }: Pod) =>
      metadata.labels?.['app'] === 'api' ? { notReady: 'CrashLoopBackOff', message: 'back-off 10s', restarts: 3 } : 'ready';
    fake.behaviour.log = () => 'connecting to mongodb://api:canary@db/old\nDB_PASSWORD=canary2 refused\n';
    fake.settle();
    const [pod] = fake.all('v1', 'Pod', 'shop');
    const involvedObject = { uid: pod?.metadata.uid };
    fake.seed({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: 'e', namespace: 'shop' },
      type: 'Warning',
      reason: 'BackOff',
      message: 'Back-off restarting',
      involvedObject,
    } as KubeObject);
    const message = await failing(fake);
    expect(message).toContain('waited 0.1 s for 2 workloads to be ready; missing: Deployment shop/api 0/2 (api: CrashLoopBackOff (back-off 10s), 3 restarts)');
    expect(message).toContain(`Deployment shop/api: Pod ${pod?.metadata.name} (Running): api: CrashLoopBackOff`);
    expect(message).toContain('event BackOff: Back-off restarting');
    expect(message).toContain('log: connecting to mongodb://api:…@db/old');
    expect(message).toContain('log: DB_PASSWORD=… refused');
    expect(message).not.toContain('canary');
    expect(message).not.toContain('StatefulSet');
  });

  test('names a Secret that a pod waits for', async () => {
    const fake = world();
    const env = [{ name: 'A', valueFrom: { secretKeyRef: { name: 'absent', key: 'a' } } }];
    const broken = workload('Deployment', 'api');
    fake.seed({
      ...broken,
      spec: { ...broken.spec, template: { ...broken.spec.template, spec: { containers: [{ name: 'api', image: 'api:1', env }] } } },
    } as KubeObject);
    expect(await failing(fake)).toContain('CreateContainerConfigError (secret "absent" not found)');
  });

  test('names a workload that is not there, and one whose pods have no place', async () => {
    const fake = world();
    expect(await failing(fake, [ref('Deployment', 'gone')])).toContain('Deployment shop/gone is not there');
    const claim = { name: 'files', persistentVolumeClaim: { claimName: 'files' } };
    const broken = workload('Deployment', 'api');
    fake.seed({
      ...broken,
      spec: { ...broken.spec, template: { ...broken.spec.template, spec: { ...broken.spec.template.spec, volumes: [claim] } } },
    } as KubeObject);
    expect(await failing(fake)).toContain('not scheduled: persistentvolumeclaim "files" not found');
  });

  test.each([
    ['the controller has not seen the newest spec', { observedGeneration: 0 }],
    ['a former pod is still there', { replicas: 3 }],
    ['a pod is of the former template', { updatedReplicas: 1, replicas: 2 }],
    ['a pod is not available', { availableReplicas: 1 }],
  ])('goes on waiting while %s', async (_, status) => {
    const fake = world();
    fake.stalled = true;
    const seen = fake.find<KubeObject & { status: object }>(ref('Deployment', 'api'));
    fake.seed({ ...seen, status: { ...seen?.status, ...status } } as KubeObject);
    expect(await failing(fake)).toMatch(/missing: Deployment shop\/api \d\/2/);
  });

  test('a workload of no replicas is ready', async () => {
    const fake = world();
    await fake.patch(ref('Deployment', 'api'), { spec: { replicas: 0 } });
    expect(await failing(fake)).toBe('');
  });
});
