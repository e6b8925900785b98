import type { Helm, InstallRequest, Rendered, Values } from '../../src/adapters/helm/helm.js';
import type { RawKube } from '../../src/adapters/kube/kube.js';
import type { KubeObject, Secret } from '../../src/model/kube-object.js';
import type { ChartRef, ReleaseRef } from '../../src/model/refs.js';

export interface HelmSubject {
  readonly helm: Helm;
  readonly raw: RawKube;
  /** Fresh for each test. */
  readonly namespace: string;
  readonly tiny: ChartRef;
  readonly incomplete: ChartRef;
  /** Leaves the release pending, as a helm does that is killed at work. */
  leavePending(request: InstallRequest): Promise<void>;
}

type Data = KubeObject & { readonly data?: Readonly<Record<string, string>> };

const failing = (type: string, message: RegExp = /./) => expect.objectContaining({ type, message: expect.stringMatching(message) });

export function helmContract(subject: () => HelmSubject): void {
  const release = (): ReleaseRef => ({ namespace: subject().namespace, name: 'rel' });
  const request = (values: Values = {}, more: Partial<InstallRequest> = {}): InstallRequest => ({
    release: release(),
    chart: subject().tiny,
    values,
    labels: { 'rehelm.dev/run': 'run-1' },
    timeoutSeconds: 60,
    description: 'by the contract',
    ...more,
  });
  const find = (name: string, kind = 'ConfigMap') => subject().raw.get<Data>({ apiVersion: 'v1', kind, namespace: subject().namespace, name });
  const configMap = (name: string, data: Record<string, string>): Data => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: subject().namespace },
    data,
  });
  const named = (rendered: readonly Rendered[], name: string) => rendered.find(({ object }) => object.metadata.name === name);

  test('knows its version', async () => {
    expect(await subject().helm.version()).toMatch(/^v[34]\.\d+\.\d+/);
  });

  test('reads what a chart says of itself, its default values, and which dependencies are missing', async () => {
    const { helm, tiny, incomplete } = subject();
    expect(await helm.inspectChart(tiny)).toEqual({ name: 'tiny', version: '1.2.3', appVersion: '9.9', missingDependencies: [] });
    expect(await helm.defaultValues(tiny)).toMatchObject({ greeting: 'hello', extra: false });
    expect(await helm.inspectChart(incomplete)).toEqual({
      name: 'incomplete',
      version: '0.1.0',
      kubeVersion: '>=1.21.0-0',
      missingDependencies: ['postgresql'],
    });
  });

  test('a chart that is not there is a failure', async () => {
    await expect(subject().helm.inspectChart({ chart: '/no/such/chart', version: '1.0.0' })).rejects.toEqual(failing('HelmFailed'));
  });

  test('renders objects and hooks with what is in the cluster, and writes nothing', async () => {
    const { helm, raw, tiny, namespace } = subject();
    await raw.create(configMap('to-be-found', { it: 'is here' }));
    // Somebody else's object under a name of the chart does not keep it from being rendered.
    await raw.create(configMap('rel-config', { own: 'yes' }));
    const rendered = await helm.render(release(), tiny, { greeting: 'hi', password: 'pass-word' });
    expect(named(rendered, 'rel-config')).toEqual({
      object: expect.objectContaining({ apiVersion: 'v1', kind: 'ConfigMap', data: { greeting: 'hi', found: '{"it":"is here"}', upgrade: 'false' } }),
      hooks: [],
      deletePolicies: [],
      kept: false,
    });
    expect(named(rendered, 'rel-secret')).toMatchObject({ kept: true, object: { stringData: { password: 'pass-word' } } });
    expect(named(rendered, 'rel-hook')).toMatchObject({
      hooks: ['pre-install', 'pre-upgrade'],
      deletePolicies: ['before-hook-creation', 'hook-failed'],
      kept: false,
    });
    expect(await helm.latest(release())).toBeUndefined();
    expect(await raw.list({ apiVersion: 'v1', kind: 'Secret', namespace })).toEqual([]);
    expect((await find('rel-config'))?.data).toEqual({ own: 'yes' });
  });

  test('a hook that names no deletion policy has the default one', async () => {
    const { helm, tiny } = subject();
    expect(named(await helm.render(release(), tiny, { slowHook: true }), 'rel-slow')).toMatchObject({
      hooks: ['pre-install', 'pre-upgrade'],
      deletePolicies: ['before-hook-creation'],
    });
  });

  test('what the chart refuses is a failure with the chart’s words, and without secret values', async () => {
    const { helm, tiny } = subject();
    await expect(helm.render(release(), tiny, { greeting: 'refused', password: 'canary-1' })).rejects.toEqual(
      failing('HelmFailed', /this greeting is refused/),
    );
    await expect(helm.render(release(), tiny, { greeting: 'refused', password: 'this greeting' })).rejects.toEqual(
      failing('HelmFailed', /^(?!.*this greeting)/s),
    );
  });

  test('installs and upgrades, with the run’s labels on the records', async () => {
    const { helm } = subject();
    expect(await helm.upgradeInstall(request({ extra: true }))).toMatchObject({
      revision: 1,
      status: 'deployed',
      chart: 'tiny',
      chartVersion: '1.2.3',
      appVersion: '9.9',
    });
    expect((await helm.latest(release()))?.labels).toEqual({ 'rehelm.dev/run': 'run-1' });
    expect((await find('rel-config'))?.data).toMatchObject({ greeting: 'hello', upgrade: 'false' });
    expect((await find('rel-hook'))?.metadata.labels?.['app.kubernetes.io/managed-by']).toBeUndefined();
    const second = await helm.upgradeInstall(request({ greeting: 'again' }, { labels: { 'rehelm.dev/run': 'run-2' } }));
    expect(second).toMatchObject({ revision: 2, status: 'deployed', labels: { 'rehelm.dev/run': 'run-2' } });
    expect((await find('rel-config'))?.data).toMatchObject({ greeting: 'again', upgrade: 'true' });
    expect(await find('rel-extra')).toBeUndefined();
    const history = await helm.history(release());
    expect(history.map(({ revision, status }) => [revision, status])).toEqual([
      [1, 'superseded'],
      [2, 'deployed'],
    ]);
    expect(history[0]?.manifest.map(({ kind, metadata }) => `${kind} ${metadata.name}`).sort()).toEqual([
      'ConfigMap rel-config',
      'ConfigMap rel-extra',
      'Secret rel-secret',
    ]);
    expect(await helm.latest(release())).toEqual(history[1]);
  });

  test('refuses to take an object that belongs to somebody else, and takes one that is marked as the release’s', async () => {
    const { helm, raw } = subject();
    const { metadata } = await raw.create(configMap('rel-config', { own: 'yes' }));
    await expect(helm.upgradeInstall(request())).rejects.toEqual(failing('HelmOwnership', /rel-config/));
    const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: subject().namespace, name: 'rel-config' };
    await raw.patch(ref, {
      metadata: {
        labels: { 'app.kubernetes.io/managed-by': 'Helm' },
        annotations: { 'meta.helm.sh/release-name': 'rel', 'meta.helm.sh/release-namespace': subject().namespace },
      },
    });
    await helm.upgradeInstall(request());
    const adopted = await find('rel-config');
    expect(adopted?.metadata.uid).toBe(metadata.uid);
    expect(adopted?.data).toMatchObject({ greeting: 'hello' });
  });

  test('without hooks nothing of them is made', async () => {
    await subject().helm.upgradeInstall(request({}, { noHooks: true }));
    expect(await find('rel-hook')).toBeUndefined();
    expect(await find('rel-config')).toBeDefined();
  });

  test('a release that a killed helm left pending is locked, until it is marked as failed; then the upgrade goes through', async () => {
    const { helm, raw, leavePending, namespace } = subject();
    await leavePending(request({ slowHook: true }));
    expect(await helm.latest(release())).toMatchObject({ revision: 1, status: 'pending-install', labels: { 'rehelm.dev/run': 'run-1' } });
    await expect(helm.upgradeInstall(request())).rejects.toEqual(failing('HelmLocked'));
    await expect(helm.markFailed(release(), 2)).rejects.toEqual(failing('NotFound'));
    await helm.markFailed(release(), 1);
    await helm.markFailed(release(), 1);
    const [record] = await raw.list<Secret>({ apiVersion: 'v1', kind: 'Secret', namespace, labelSelector: 'owner=helm' });
    expect(record?.metadata.labels).toMatchObject({ status: 'failed', version: '1', 'rehelm.dev/run': 'run-1' });
    expect(await helm.latest(release())).toMatchObject({ revision: 1, status: 'failed' });
    expect(await helm.upgradeInstall(request())).toMatchObject({ revision: 2, status: 'deployed' });
  });

  test('a revision that is not pending is not marked', async () => {
    const { helm } = subject();
    await helm.upgradeInstall(request());
    await expect(helm.markFailed(release(), 1)).rejects.toEqual(failing('NotOurs', /deployed/));
  });

  test('forgets the records it is told, and touches no object', async () => {
    const { helm } = subject();
    await helm.upgradeInstall(request());
    await helm.upgradeInstall(request({ greeting: 'again' }));
    await helm.forget(release(), [2, 7]);
    expect((await helm.history(release())).map(({ revision }) => revision)).toEqual([1]);
    await helm.forget(release(), [1]);
    await helm.forget(release(), [1]);
    expect(await helm.latest(release())).toBeUndefined();
    expect((await find('rel-config'))?.data).toMatchObject({ greeting: 'again' });
  });

  test('a hook that does not end in time fails the release', async () => {
    const { helm } = subject();
    await expect(helm.upgradeInstall(request({ slowHook: true }, { timeoutSeconds: 2 }))).rejects.toEqual(failing('TimedOut'));
    expect(await helm.latest(release())).toMatchObject({ status: 'failed' });
  });
}
