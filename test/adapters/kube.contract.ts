import type { RawKube } from '../../src/adapters/kube/kube.js';
import type { KubeObject, Secret } from '../../src/model/kube-object.js';
import type { ObjectRef } from '../../src/model/refs.js';

type ConfigMap = KubeObject & { readonly data?: Readonly<Record<string, string>> };

export interface KubeSubject {
  readonly raw: RawKube;
  /** Fresh for each test, gone after it. */
  readonly namespace: string;
}

const failing = (type: string) => expect.objectContaining({ type });

/** What every cluster behind the port does, the fake one and real ones. */
export function kubeContract(subject: () => KubeSubject): void {
  const configMap = (name: string, data: Record<string, string> = { a: '1' }, labels: Record<string, string> = {}): ConfigMap => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: subject().namespace, labels },
    data,
  });
  const ref = (name: string, kind = 'ConfigMap'): ObjectRef => ({ apiVersion: 'v1', kind, namespace: subject().namespace, name });

  test('answers its version', async () => {
    expect(await subject().raw.version()).toMatch(/^v1\.\d+\.\d+/);
  });

  test('answers an absent object as undefined, and so one of a kind or a namespace that is not there', async () => {
    const { raw } = subject();
    expect(await raw.get(ref('nothing'))).toBeUndefined();
    expect(await raw.get({ ...ref('x'), namespace: 'no-such-namespace' })).toBeUndefined();
    expect(await raw.get({ apiVersion: 'nothing.example/v1', kind: 'Thing', namespace: subject().namespace, name: 'x' })).toBeUndefined();
    expect(await raw.list({ apiVersion: 'nothing.example/v1', kind: 'Thing' })).toEqual([]);
  });

  test('knows which kinds are served and which of them are namespaced', async () => {
    const { raw } = subject();
    expect(await raw.serves({ apiVersion: 'apps/v1', kind: 'Deployment' })).toBe(true);
    expect(await raw.serves({ apiVersion: 'apps/v1', kind: 'Deploiment' })).toBe(false);
    expect(await raw.serves({ apiVersion: 'nothing.example/v1', kind: 'Thing' })).toBe(false);
    expect(await raw.isNamespaced({ apiVersion: 'v1', kind: 'PersistentVolume' })).toBe(false);
    expect(await raw.isNamespaced({ apiVersion: 'v1', kind: 'PersistentVolumeClaim' })).toBe(true);
    await expect(raw.isNamespaced({ apiVersion: 'nothing.example/v1', kind: 'Thing' })).rejects.toEqual(failing('NotFound'));
  });

  test('creates an object once and answers it as stored', async () => {
    const { raw } = subject();
    const created = await raw.create(configMap('one'));
    expect(created).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap', data: { a: '1' } });
    expect(created.metadata.uid).toBeTruthy();
    expect(created.metadata.resourceVersion).toBeTruthy();
    expect(await raw.get(ref('one'))).toEqual(created);
    await expect(raw.create(configMap('one'))).rejects.toEqual(failing('AlreadyExists'));
  });

  test('refuses to create in a namespace that is not there, of a kind that is not there, and what is invalid', async () => {
    const { raw } = subject();
    const elsewhere = configMap('one');
    await expect(raw.create({ ...elsewhere, metadata: { ...elsewhere.metadata, namespace: 'no-such-namespace' } })).rejects.toEqual(failing('NotFound'));
    await expect(raw.create({ ...configMap('one'), apiVersion: 'nothing.example/v1', kind: 'Thing' })).rejects.toEqual(failing('NotFound'));
    await expect(raw.create(configMap('Not_A_Name'))).rejects.toEqual(failing('Invalid'));
    await expect(raw.create(configMap('labels', {}, { long: 'x'.repeat(64) }))).rejects.toEqual(failing('Invalid'));
    await expect(raw.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'homeless' } })).rejects.toEqual(failing('Invalid'));
  });

  test('a dry run stores nothing', async () => {
    const { raw } = subject();
    expect(await raw.create(configMap('dry'), { dryRun: true })).toMatchObject({ data: { a: '1' } });
    expect(await raw.get(ref('dry'))).toBeUndefined();
  });

  test('merges a patch: null takes a key away, the rest stays', async () => {
    const { raw } = subject();
    await raw.create(configMap('merged', { a: '1', b: '2' }, { x: 'y' }));
    const patched = await raw.patch<ConfigMap>(ref('merged'), { data: { a: null, c: '3' }, metadata: { labels: { x: null } } });
    expect(patched.data).toEqual({ b: '2', c: '3' });
    expect(patched.metadata.labels).toBeUndefined();
  });

  test('gives a new resourceVersion for a change and none for a patch without one', async () => {
    const { raw } = subject();
    const created = await raw.create(configMap('same'));
    const same = await raw.patch(ref('same'), { data: { a: '1' } });
    expect(same.metadata.resourceVersion).toBe(created.metadata.resourceVersion);
    const changed = await raw.patch(ref('same'), { data: { a: '2' } });
    expect(changed.metadata.resourceVersion).not.toBe(created.metadata.resourceVersion);
  });

  test('refuses a patch whose resourceVersion or uid is not the one stored', async () => {
    const { raw } = subject();
    const { metadata } = await raw.create(configMap('guarded'));
    await raw.patch(ref('guarded'), { data: { a: '2' }, metadata: { resourceVersion: metadata.resourceVersion, uid: metadata.uid } });
    await expect(raw.patch(ref('guarded'), { data: { a: '3' }, metadata: { resourceVersion: metadata.resourceVersion } })).rejects.toEqual(failing('Conflict'));
    await expect(raw.patch(ref('guarded'), { data: { a: '3' }, metadata: { uid: '00000000-0000-4000-8000-ffffffffffff' } })).rejects.toEqual(
      failing('Conflict'),
    );
    await expect(raw.patch(ref('absent'), { data: { a: '3' } })).rejects.toEqual(failing('NotFound'));
    expect((await raw.get<ConfigMap>(ref('guarded')))?.data).toEqual({ a: '2' });
  });

  test('deletes what fits the precondition, and finds nothing wrong with what is absent', async () => {
    const { raw } = subject();
    const first = await raw.create(configMap('doomed'));
    const { uid = '', resourceVersion = '' } = first.metadata;
    await raw.patch(ref('doomed'), { data: { a: '2' } });
    await expect(raw.delete(ref('doomed'), { resourceVersion })).rejects.toEqual(failing('Conflict'));
    await expect(raw.delete(ref('doomed'), { uid: '00000000-0000-4000-8000-ffffffffffff' })).rejects.toEqual(failing('Conflict'));
    await raw.delete(ref('doomed'), { uid });
    expect(await raw.get(ref('doomed'))).toBeUndefined();
    await raw.delete(ref('doomed'));
  });

  test('lists by namespace, labels and fields, whole pages and all', async () => {
    const { raw, namespace } = subject();
    for (const [name, tier] of [
      ['a', 'front'],
      ['b', 'back'],
      ['c', 'back'],
    ] as const)
      await raw.create(configMap(name, {}, { tier }));
    const names = async (query: { labelSelector?: string; fieldSelector?: string }) =>
      (await raw.list({ apiVersion: 'v1', kind: 'ConfigMap', namespace, ...query }))
        .map(({ metadata }) => metadata.name)
        .filter((name) => name !== 'kube-root-ca.crt');
    expect(await names({})).toEqual(['a', 'b', 'c']);
    expect(await names({ labelSelector: 'tier=back' })).toEqual(['b', 'c']);
    expect(await names({ labelSelector: 'tier!=back,tier' })).toEqual(['a']);
    expect(await names({ labelSelector: 'tier in (front,back),!other' })).toEqual(['a', 'b', 'c']);
    expect(await names({ fieldSelector: 'metadata.name=c' })).toEqual(['c']);
    expect(await raw.list({ apiVersion: 'v1', kind: 'ConfigMap', namespace, labelSelector: 'tier=front' })).toEqual([
      expect.objectContaining({ apiVersion: 'v1', kind: 'ConfigMap' }),
    ]);
  });

  test('keeps fields that this code does not know', async () => {
    const { raw, namespace } = subject();
    const metadata = { name: 'frontend', namespace };
    const spec = {
      selector: { app: 'x' },
      ports: [{ port: 80, protocol: 'TCP' }],
      sessionAffinity: 'ClientIP',
      sessionAffinityConfig: { clientIP: { timeoutSeconds: 77 } },
    };
    await raw.create({ apiVersion: 'v1', kind: 'Service', metadata, spec } as KubeObject);
    await raw.patch(ref('frontend', 'Service'), { metadata: { labels: { touched: 'yes' } } });
    expect(await raw.get(ref('frontend', 'Service'))).toMatchObject({ spec: { sessionAffinityConfig: { clientIP: { timeoutSeconds: 77 } } } });
  });

  test('an immutable Secret stays as it is, and the refusal does not show what was in it', async () => {
    const { raw, namespace } = subject();
    const secret: Secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'record', namespace }, data: { a: 'Y2FuYXJ5LTE=' }, immutable: true };
    await raw.create(secret);
    const refusal = await raw.patch(ref('record', 'Secret'), { data: { a: 'Y2FuYXJ5LTI=' } }).catch((error: unknown) => error);
    expect(refusal).toEqual(failing('Invalid'));
    expect(String(refusal)).not.toMatch(/Y2FuYXJ5|canary/);
  });

  test('an object goes with its owner, and stays when it is orphaned', async () => {
    const { raw } = subject();
    const owned = async (owner: KubeObject, name: string) => {
      const object = configMap(name);
      const { apiVersion, kind, metadata } = owner;
      return raw.create({ ...object, metadata: { ...object.metadata, ownerReferences: [{ apiVersion, kind, name: metadata.name, uid: metadata.uid ?? '' }] } });
    };
    await owned(await raw.create(configMap('owner-1')), 'goes');
    await owned(await raw.create(configMap('owner-2')), 'stays');
    await raw.delete(ref('owner-2'), { propagation: 'Orphan' });
    await raw.delete(ref('owner-1'), { propagation: 'Background' });
    await until(async () => (await raw.get(ref('goes'))) === undefined);
    expect((await raw.get(ref('stays')))?.metadata.ownerReferences).toBeUndefined();
  });

  test('says what is permitted', async () => {
    expect(await subject().raw.mayI({ verb: 'get', group: '', resource: 'pods/log', namespace: subject().namespace })).toBe(true);
  });

  test('a Service with nothing behind it answers 503', async () => {
    const { raw, namespace } = subject();
    await raw.create({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'empty', namespace },
      spec: { selector: { app: 'none' }, ports: [{ port: 80 }] },
    } as KubeObject);
    expect(await raw.httpGet({ namespace, name: 'empty', port: 80, path: '/' })).toMatchObject({ status: 503 });
  });

  test('the log of an absent pod is a failure', async () => {
    await expect(subject().raw.logs({ namespace: subject().namespace, name: 'nobody' })).rejects.toEqual(failing('NotFound'));
  });
}

export async function until(seen: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 250; tries += 1) {
    if (await seen()) return;
    await new Promise((next) => setTimeout(next, 100));
  }
  throw new Error('it did not happen in 25 s');
}
