import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Helm, InstallRequest } from '../../src/adapters/helm/helm.js';
import { createHelmCli } from '../../src/adapters/helm/helm-cli.js';
import { connectCluster } from '../../src/adapters/kube/connect.js';
import type { RawKube } from '../../src/adapters/kube/kube.js';
import { run } from '../../src/adapters/process/run.js';
import type { Secret } from '../../src/model/kube-object.js';
import type { ChartRef } from '../../src/model/refs.js';
import { helmContract } from './helm.contract.js';
import { until } from './kube.contract.js';
import { realCluster } from './real-cluster.js';
import { startWorker } from './worker-process.js';

const kubeconfig = realCluster('the Helm contract') ?? '';
/** Helm binaries to try: REHELM_TEST_HELM, paths with a colon between them; else `helm` of the PATH. */
const binaries = (process.env['REHELM_TEST_HELM'] ?? 'helm').split(':');

/** REHELM_TEST_REGISTRY=host:port,user,password: one that is spoken to over plain HTTP. */
const [host, user, password] = (process.env['REHELM_TEST_REGISTRY'] ?? '').split(',');
const registry = host && user && password ? { host, user, password } : undefined;
if (kubeconfig !== '' && !registry) process.stderr.write('\nSKIPPED: the registry test. Set REHELM_TEST_REGISTRY=host:port,user,password.\n');

const encode = (text: string): string => Buffer.from(text).toString('base64');

async function pushTiny(binary: string, at: string, as: string, secret: string): Promise<ChartRef> {
  const home = await mkdtemp(join(tmpdir(), 'push-'));
  const env = { PATH: process.env['PATH'] ?? '', HOME: home, HELM_REGISTRY_CONFIG: join(home, 'registry.json') };
  const chart = `oci://${at}/contract-${randomUUID().slice(0, 8)}`;
  const calls = [
    { args: ['registry', 'login', at, '-u', as, '--password-stdin', '--plain-http'], input: secret },
    { args: ['package', resolve('test/adapters/charts/tiny'), '-d', home] },
    { args: ['push', join(home, 'tiny-1.2.3.tgz'), chart, '--plain-http'] },
  ];
  for (const each of calls) expect(await run({ command: binary, env, ...each })).toMatchObject({ exitCode: 0 });
  await rm(home, { recursive: true });
  return { chart: `${chart}/tiny`, version: '1.2.3', plainHttp: true };
}

(kubeconfig === '' ? describe.skip : describe).each(binaries)('%s on a real cluster', (binary) => {
  let raw: RawKube;
  let helm: Helm;
  let namespace = '';
  beforeAll(() => {
    raw = connectCluster({ kubeconfig });
    helm = createHelmCli(raw, { binary, kubeconfig });
  });
  beforeEach(async () => {
    namespace = `rehelm-helm-${randomUUID().slice(0, 8)}`;
    await raw.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  });
  afterEach(() => raw.delete({ apiVersion: 'v1', kind: 'Namespace', name: namespace }));

  const tiny = { chart: resolve('test/adapters/charts/tiny'), version: '1.2.3' };
  const isPending = async ({ release }: InstallRequest) => (await helm.latest(release))?.status.startsWith('pending-') ?? false;

  helmContract(() => ({
    helm,
    raw,
    namespace,
    tiny,
    incomplete: { chart: resolve('test/adapters/charts/incomplete'), version: '0.1.0' },
    leavePending: async (request) => {
      const worker = await startInstall(binary, request);
      await until(() => isPending(request));
      worker.kill('SIGKILL');
      await once(worker, 'exit');
    },
  }));

  const slow = (): InstallRequest => ({
    release: { namespace, name: 'rel' },
    chart: tiny,
    values: { slowHook: true },
    labels: {},
    timeoutSeconds: 60,
    description: 'slow',
  });

  test('a cancelled helm marks its release as failed and leaves no home behind', async () => {
    const abort = new AbortController();
    const request = slow();
    const ending = helm.upgradeInstall({ ...request, signal: abort.signal });
    await until(() => isPending(request));
    abort.abort(new Error('given up'));
    await expect(ending).rejects.toThrow('given up');
    expect(await helm.latest(request.release)).toMatchObject({ status: 'failed' });
    expect((await readdir(tmpdir())).filter((name) => name.startsWith(`rehelm-helm-${process.pid}-`))).toEqual([]);
  });

  test('what a killed worker left in its home is removed by the next call', async () => {
    const request = slow();
    const worker = await startInstall(binary, request);
    const homes = async () => (await readdir(tmpdir())).filter((name) => name.startsWith(`rehelm-helm-${worker.pid}-`));
    await until(async () => (await homes()).length > 0);
    worker.kill('SIGKILL');
    await once(worker, 'exit');
    await helm.version();
    expect(await homes()).toEqual([]);
  });

  (registry === undefined ? test.skip : test)('pulls a chart from a registry with the credentials of a Secret, and not without', async () => {
    const { host = '', user = '', password = '' } = registry ?? {};
    const chart = await pushTiny(binary, host, user, password);
    await raw.create({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'reg', namespace },
      data: { username: encode(user), password: encode(password) },
    } as Secret);
    await expect(helm.inspectChart(chart)).rejects.toEqual(expect.objectContaining({ type: 'HelmFailed' }));
    const withSecret = { ...chart, registry: { namespace, name: 'reg' } };
    expect(await helm.inspectChart(withSecret)).toMatchObject({ name: 'tiny', version: '1.2.3' });
    expect(await helm.defaultValues(withSecret)).toMatchObject({ greeting: 'hello' });
    await helm.upgradeInstall({ ...slow(), chart: withSecret, values: {} });
    expect(await helm.latest({ namespace, name: 'rel' })).toMatchObject({ status: 'deployed', chartVersion: '1.2.3' });
  });

  test('without a cluster it is Unreachable, and with a wrong binary it says so', async () => {
    const { release } = slow();
    const nowhere = createHelmCli(raw, { binary, kubeconfig: '/dev/null' });
    await expect(nowhere.render(release, tiny, {})).rejects.toEqual(expect.objectContaining({ type: 'Unreachable' }));
    await expect(createHelmCli(raw, { binary: '/no/helm' }).version()).rejects.toEqual(expect.objectContaining({ type: 'HelmFailed' }));
  });
});

const startInstall = (binary: string, request: InstallRequest) =>
  startWorker(`
    import { connectCluster } from './src/adapters/kube/connect.js';
    import { createHelmCli } from './src/adapters/helm/helm-cli.js';
    const helm = createHelmCli(connectCluster({ kubeconfig: ${JSON.stringify(kubeconfig)} }), ${JSON.stringify({ binary, kubeconfig })});
    await helm.upgradeInstall(${JSON.stringify(request)});`);
