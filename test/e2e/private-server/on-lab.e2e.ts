import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { createSteps } from '../../../src/activities/steps.js';
import { connectCluster } from '../../../src/adapters/kube/connect.js';
import type { DatabaseServerRef } from '../../../src/model/database-refs.js';
import { privateServer } from '../../../src/model/private-server.js';
import { StepRig } from '../../support/step-rig.js';

/** Which running cluster to try; it has the images that scripts/private-server.sh names. */
const lab = process.env['REHELM_LAB_NAME'] ?? 'lab';
const namespace = `private-e2e-${process.pid}`;
const run = namespace;
const root = join(import.meta.dirname, '../../..');
const owner = { uid: 999, gid: 999 };
const allVersions = 'lab.local/postgres:15-18';
const security = { runAsNonRoot: true, runAsUser: owner.uid, runAsGroup: owner.gid };

let kubectl: string;
let kubeconfig: string;
let rig: StepRig;

async function kube(args: readonly string[], input?: object): Promise<string> {
  const options = input === undefined ? {} : { input: JSON.stringify(input) };
  return (await execa(kubectl, ['--kubeconfig', kubeconfig, '--namespace', namespace, ...args], options)).stdout;
}

const apply = (...items: readonly object[]) => kube(['apply', '-f', '-'], { apiVersion: 'v1', kind: 'List', items });

async function sql(pod: string, text: string): Promise<string> {
  return kube(['exec', pod, '--', 'psql', '-h', '/tmp', '-U', 'postgres', '-d', 'shop', '-v', 'ON_ERROR_STOP=1', '-Atc', text]);
}

/** A server as a product has it: its own settings, its own password. */
function server(name: string, image: string, bin: string, volume: object): object {
  const script = `export PATH=${bin}:$PATH
[ -e /data/pg/PG_VERSION ] || { printf secret > /tmp/password
  initdb -D /data/pg -U postgres --encoding=UTF8 --auth-local=trust --auth-host=scram-sha-256 --pwfile=/tmp/password
  echo 'host all all all scram-sha-256' >> /data/pg/pg_hba.conf; }
exec postgres -D /data/pg -c listen_addresses='*' -c unix_socket_directories=/tmp -c max_connections=130`;
  const container = {
    name: 'db',
    image,
    imagePullPolicy: 'IfNotPresent',
    command: ['sh', '-c', script],
    readinessProbe: { exec: { command: [`${bin}/pg_isready`, '-h', '/tmp', '-U', 'postgres'] }, periodSeconds: 1 },
    volumeMounts: [{ name: 'data', mountPath: '/data' }],
  };
  const isClaimed = 'persistentVolumeClaim' in volume;
  const pod = { terminationGracePeriodSeconds: 20, securityContext: security, containers: [container], volumes: [{ name: 'data', ...volume }] };
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name, annotations: { claimed: String(isClaimed) } },
    spec: { serviceName: name, selector: { matchLabels: { app: name } }, template: { metadata: { labels: { app: name } }, spec: pod } },
  };
}

const claim = (name: string) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
});

const ready = (set: string) => kube(['rollout', 'status', `statefulset/${set}`, '--timeout=120s']);

beforeAll(async () => {
  const bin = join(root, 'bin/lab');
  kubectl = (await execa(bin, ['tools', '--print', 'kubectl'])).stdout;
  kubeconfig = JSON.parse((await execa(bin, ['status', '--name', lab, '-o', 'json'])).stdout)[0].kubeconfig;
  await kube(['create', 'namespace', namespace]);
  for (let tries = 0; tries < 50 && !(await kube(['get', 'serviceaccount', '-o', 'name'])).includes('default'); tries += 1) await delay(200);
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'db' }, stringData: { username: 'postgres', password: 'secret' } };
  const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'new' }, spec: { selector: { app: 'new' }, ports: [{ port: 5432 }] } };
  await apply(
    secret,
    service,
    claim('data'),
    server('old', 'lab.local/postgres:15', '/usr/lib/postgresql/15/bin', { persistentVolumeClaim: { claimName: 'data' } }),
    server('new', allVersions, '/usr/lib/postgresql/18/bin', { emptyDir: {} }),
  );
  await ready('old');
  await kube(['exec', 'old-0', '--', 'psql', '-h', '/tmp', '-U', 'postgres', '-c', 'CREATE DATABASE shop']);
  await sql('old-0', `CREATE TABLE orders (id integer PRIMARY KEY, note text); INSERT INTO orders SELECT i, md5(i::text) FROM generate_series(1, 20000) i`);
  await ready('new');
  rig = new StepRig(connectCluster({ kubeconfig }), createSteps, {}, run);
}, 300_000);

afterAll(async () => {
  await kube(['delete', 'namespace', namespace, '--wait=true', '--timeout=120s']);
}, 150_000);

const ours = () => kube(['get', 'statefulset,service,secret,networkpolicy,configmap,job,pod', '-l', `rehelm.dev/run=${run}`, '-o', 'name']);
const step = async (name: string, input: object, id: string) => {
  expect(await rig.check(name, input, id)).toEqual([]);
  await rig.capture(name, input, id);
  return rig.act(name, input, id);
};

test('a stopped server is served privately, copied into a newer one, proved, taken back, and serves again on its timeline', async () => {
  const workloads = [{ apiVersion: 'apps/v1', kind: 'StatefulSet', namespace, name: 'old' }] as const;
  const place = { claim: { namespace, name: 'data' }, data: 'pg', major: 15, user: owner };
  const serve = { ...place, image: 'lab.local/postgres:15', mode: 'standby', superuser: 'postgres', workloads, withinSeconds: 120 };
  await kube(['scale', 'statefulset/old', '--replicas=0']);
  await kube(['wait', '--for=delete', 'pod/old-0', '--timeout=60s']);

  expect(await step('servePrivately', serve, 'serve')).toMatchObject({ inRecovery: true, wasShutDown: true, version: expect.stringMatching(/^15\./) });
  const source = privateServer(place.claim, 'serve');
  const target: DatabaseServerRef = { engine: 'postgresql', host: `new.${namespace}.svc`, port: 5432, admin: { secretRef: { namespace, name: 'db' } } };
  const order = { server: target, source, from: 'shop', to: 'shop', withinSeconds: 300 };
  expect(await step('copyDatabase', order, 'copy')).toMatchObject({ rows: 20_000 });
  expect(await step('verifyDatabase', { ...order, copyStep: 'copy' }, 'verify')).toMatchObject({ equal: true });
  expect(await sql('new-0', 'SELECT count(*) FROM orders')).toBe('20000');

  for (const [name, id] of [
    ['verifyDatabase', 'verify'],
    ['copyDatabase', 'copy'],
    ['servePrivately', 'serve'],
  ] as const)
    await rig.undo(name, id);
  expect(await ours()).toBe('');
  await kube(['scale', 'statefulset/old', '--replicas=1']);
  await ready('old');
  expect(await sql('old-0', `INSERT INTO orders VALUES (0, 'after'); SELECT timeline_id || ' ' || pg_is_in_recovery() FROM pg_control_checkpoint()`)).toMatch(
    /1 false$/,
  );
  expect(await kube(['exec', 'old-0', '--', 'sh', '-c', 'ls /data/pg | grep -c "rehelm\\|signal" || true'])).toBe('0');
}, 420_000);

test('a directory is upgraded in place by an image that has both versions, and taken back', async () => {
  const made = run.replace('private', 'upgrade');
  const both = new StepRig(connectCluster({ kubeconfig }), createSteps, {}, made);
  await apply(
    claim('kept'),
    claim('sixteen'),
    server('older', allVersions, '/usr/lib/postgresql/16/bin', { persistentVolumeClaim: { claimName: 'sixteen' } }),
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'binder' },
      spec: {
        containers: [{ name: 'b', image: 'lab.local/busybox:1', command: ['true'] }],
        restartPolicy: 'Never',
        volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'kept' } }],
      },
    },
  );
  await ready('older');
  await kube(['exec', 'older-0', '--', 'psql', '-h', '/tmp', '-U', 'postgres', '-c', 'CREATE DATABASE shop']);
  await sql('older-0', 'CREATE TABLE orders AS SELECT generate_series(1, 1000) AS id');
  await kube(['scale', 'statefulset/older', '--replicas=0']);
  await kube(['wait', '--for=delete', 'pod/older-0', '--timeout=60s']);
  const input = {
    ...{ claim: { namespace, name: 'sixteen' }, data: 'pg', major: 16, user: owner, image: allVersions, to: { major: 18, data: 'pg' } },
    ...{ wayBack: { claim: { namespace, name: 'kept' } }, withinSeconds: 300 },
    workloads: [{ apiVersion: 'apps/v1', kind: 'StatefulSet', namespace, name: 'older' }],
  };
  await both.capture('upgradeInPlace', input);
  expect(await both.act('upgradeInPlace', input)).toEqual({ phase: 'done' });
  await both.undo('upgradeInPlace');
  await kube(['scale', 'statefulset/older', '--replicas=1']);
  await ready('older');
  expect(await sql('older-0', `SELECT count(*) || ' ' || current_setting('server_version_num')::integer / 10000 FROM orders`)).toBe('1000 16');
}, 420_000);
