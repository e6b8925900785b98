import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';

/** Which running cluster to try; its last node is switched off and on. */
const lab = process.env['REHELM_LAB_NAME'] ?? 'lab';
const namespace = `lab-e2e-${process.pid}`;
const retained = `${namespace}-retained`;
const root = join(import.meta.dirname, '../..');

const tool = async (name: string) => (await execa(join(root, 'bin/lab'), ['tools', '--print', name])).stdout;
const runLab = (...args: string[]) => execa(join(root, 'bin/lab'), [...args, '--name', lab]);

interface LabStatus {
  readonly kubeconfig: string;
  readonly registry: { readonly host: string; readonly user: string; readonly password: string };
  readonly power: { readonly url: string; readonly token: string };
  readonly nodes: readonly { readonly name: string; readonly state: string }[];
}

let status: LabStatus;
let kubectl: string;
let helm: string;
let scratch: string;

async function kube(...args: string[]): Promise<string> {
  return (await execa(kubectl, ['--kubeconfig', status.kubeconfig, '--namespace', namespace, ...args])).stdout;
}

async function apply(...objects: object[]): Promise<void> {
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
  await execa(kubectl, ['--kubeconfig', status.kubeconfig, '--namespace', namespace, 'apply', '-f', '-'], { input });
}

async function eventually<T>(read: () => Promise<T>, isRight: (value: T) => boolean, seconds = 40): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const value = await read();
    if (isRight(value) || Date.now() > deadline) return value;
    await delay(200);
  }
}

function pod(name: string, script: string, more: object = {}): object {
  const container = { name: 'main', image: 'lab.local/busybox:1', imagePullPolicy: 'IfNotPresent', command: ['sh', '-c', script], ...more };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, labels: { app: name } }, spec: { terminationGracePeriodSeconds: 0, containers: [container] } };
}

const onNode = (object: object, nodeName: string): object => ({ ...object, spec: { ...(object as { spec: object }).spec, nodeName } });

beforeAll(async () => {
  [kubectl, helm] = await Promise.all([tool('kubectl'), tool('helm')]);
  status = JSON.parse((await runLab('status', '-o', 'json')).stdout)[0];
  scratch = await mkdtemp(join(tmpdir(), 'rehelm-lab-e2e-'));
  await kube('create', 'namespace', namespace);
  await eventually(
    () => kube('get', 'serviceaccount', '-o', 'name'),
    (names) => names.includes('default'),
  );
  await apply(onNode(pod('web', 'mkdir /web && echo it is $(hostname) > /web/index.html && exec httpd -f -p 8080 -h /web'), 'n2'), {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web' },
    spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] },
  });
  await kube('wait', '--for=condition=Ready', 'pod/web', '--timeout=60s');
});

afterAll(async () => {
  await kube('delete', 'namespace', namespace, '--wait=true', '--timeout=60s');
  await kube('delete', 'storageclass,persistentvolume', '--selector', `lab-e2e=${namespace}`, '--ignore-not-found');
  await rm(scratch, { recursive: true, force: true });
});

test('a pod reaches a Service by name, whose pod is on another node', async () => {
  await apply(onNode(pod('client', 'wget -q -O - http://web && sleep 100000'), 'n1'));
  const seen = await eventually(
    () => kube('logs', 'client').catch(() => ''),
    (text) => text !== '',
  );
  expect(seen).toBe('it is web');
});

test('kubectl exec runs a command in a pod', async () => {
  expect(await kube('exec', 'web', '--', 'hostname')).toBe('web');
});

test('a pod reaches the API server with its own token and the certificate it was given', async () => {
  const folder = '/var/run/secrets/kubernetes.io/serviceaccount';
  const script = `process.env.NODE_EXTRA_CA_CERTS || process.exit(2); fetch('https://kubernetes.default.svc/version').then(async (r) => console.log((await r.json()).gitVersion))`;
  await runLab('images', 'import', 'lab.local/node:24');
  await apply(
    pod('insider', '', { image: 'lab.local/node:24', command: ['node', '-e', script], env: [{ name: 'NODE_EXTRA_CA_CERTS', value: `${folder}/ca.crt` }] }),
  );
  const seen = await eventually(
    () => kube('logs', 'insider').catch(() => ''),
    (text) => text !== '',
  );
  expect(seen).toMatch(/^v1\.34\./);
});

test('a Service of type LoadBalancer gets an address that answers on the host, and gives it back', async () => {
  await kube('patch', 'service', 'web', '-p', '{"spec":{"type":"LoadBalancer"}}');
  const readAddress = () => kube('get', 'service', 'web', '-o', 'jsonpath={.status.loadBalancer.ingress[0].ip}');
  const address = await eventually(readAddress, (ip) => ip !== '');
  const fetchText = async () => (await fetch(`http://${address}/`, { signal: AbortSignal.timeout(2000) })).text();
  const text = await eventually(
    () => fetchText().catch(() => ''),
    (answer) => answer !== '',
  );
  expect(text).toBe('it is web\n');

  await kube('patch', 'service', 'web', '-p', '{"spec":{"externalTrafficPolicy":"Local"}}'); // only n2, where the pod is, answers now
  await delay(2000);
  expect(await fetchText()).toBe('it is web\n');

  await kube('patch', 'service', 'web', '-p', '{"spec":{"type":"ClusterIP"}}');
  expect(await eventually(readAddress, (ip) => ip === '')).toBe('');
});

test('a volume of a class that retains outlives its claim, with its data, and is used from two nodes at once', async () => {
  const labels = { 'lab-e2e': namespace };
  await apply(
    {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name: retained, labels },
      provisioner: 'rancher.io/local-path',
      reclaimPolicy: 'Retain',
    },
    {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'data' },
      spec: { storageClassName: retained, accessModes: ['ReadWriteMany'], resources: { requests: { storage: '1Mi' } } },
    },
  );
  const withVolume = (name: string, script: string, nodeName: string) => {
    const { spec, ...rest } = pod(name, script, { volumeMounts: [{ name: 'data', mountPath: '/data' }] }) as { spec: object };
    return {
      ...rest,
      spec: { ...spec, nodeSelector: { 'kubernetes.io/hostname': nodeName }, volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] },
    };
  };
  await apply(
    withVolume('writer', 'echo kept > /data/file; sleep 100000', 'n1'),
    withVolume('reader', 'until cat /data/file; do sleep 0.2; done; sleep 100000', 'n2'),
  );
  expect(
    await eventually(
      () => kube('logs', 'reader').catch(() => ''),
      (text) => text.includes('kept'),
    ),
  ).toContain('kept');

  const volume = await kube('get', 'persistentvolumeclaim', 'data', '-o', 'jsonpath={.spec.volumeName}');
  await kube('label', 'persistentvolume', volume, `lab-e2e=${namespace}`);
  await kube('delete', 'pod', 'writer', 'reader', '--now');
  await kube('delete', 'persistentvolumeclaim', 'data', '--timeout=30s');
  expect(
    await eventually(
      () => kube('get', 'persistentvolume', volume, '-o', 'jsonpath={.status.phase}'),
      (phase) => phase === 'Released',
    ),
  ).toBe('Released');
});

test('the registry takes and gives a chart after a login, and refuses without', async () => {
  const { host, user, password } = status.registry;
  const env = { HELM_REGISTRY_CONFIG: join(scratch, 'login.json'), HELM_CACHE_HOME: scratch, HELM_CONFIG_HOME: scratch, HELM_DATA_HOME: scratch };
  const runHelm = (args: string[], input = '') => execa(helm, args, { cwd: scratch, env, input });
  await runHelm(['create', 'tiny']);
  await runHelm(['package', 'tiny']);
  const push = () => runHelm(['push', 'tiny-0.1.0.tgz', `oci://${host}/charts`, '--plain-http']);
  await expect(push()).rejects.toThrow(/basic credential not found|401|unauthorized/i);

  await runHelm(['registry', 'login', host, '--plain-http', '--username', user, '--password-stdin'], password);
  await push();
  await runHelm(['pull', `oci://${host}/charts/tiny`, '--version', '0.1.0', '--plain-http', '--untar', '--untardir', 'pulled']);
  expect((await runHelm(['show', 'chart', 'pulled/tiny'])).stdout).toContain('version: 0.1.0');
});

test('a node that is switched off becomes NotReady, and is Ready and runs pods again after it is switched on', async () => {
  const node = status.nodes.at(-1)!.name;
  const ready = () => kube('get', 'node', node, '-o', 'jsonpath={.status.conditions[?(@.type=="Ready")].status}');
  await runLab('node', 'off', node);
  expect(await eventually(ready, (answer) => answer !== 'True')).not.toBe('True');

  await runLab('node', 'on', node);
  expect(await eventually(ready, (answer) => answer === 'True')).toBe('True');
  await apply(onNode(pod('afterwards', 'sleep 100000'), node));
  await kube('wait', '--for=condition=Ready', 'pod/afterwards', '--timeout=60s');
});

test('the power port switches a node off and on for those who have the token, also from a pod', async () => {
  const node = status.nodes.at(-1)!.name;
  const { url, token } = status.power;
  const ask = async (method: string, path: string, headers: Record<string, string> = { authorization: `Bearer ${token}` }) => {
    const response = await fetch(`${url}/nodes/${path}`, { method, headers });
    return [response.status, await response.json()];
  };
  expect((await ask('POST', `${node}/off`, {}))[0]).toBe(401);
  expect((await ask('GET', 'n99'))[0]).toBe(404);
  expect(await ask('GET', node)).toEqual([200, { state: 'on' }]);
  expect(await ask('POST', `${node}/off`)).toEqual([200, { state: 'off' }]);
  expect(await ask('POST', `${node}/off`)).toEqual([200, { state: 'off' }]);

  const inCluster = `http://host.lab.local:${new URL(url).port}/nodes/${node}`;
  await apply(onNode(pod('presser', `wget -q -O - --header "Authorization: Bearer ${token}" --post-data "" ${inCluster}/on && sleep 100000`), 'n1'));
  const seen = await eventually(
    () => kube('logs', 'presser').catch(() => ''),
    (text) => text !== '',
  );
  expect(seen).toBe('{"state":"on"}');
  expect((await runLab('status')).stdout).toContain(`${node} `);
  const ready = () => kube('get', 'node', node, '-o', 'jsonpath={.status.conditions[?(@.type=="Ready")].status}');
  expect(await eventually(ready, (answer) => answer === 'True')).toBe('True');
});
