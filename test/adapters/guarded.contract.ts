import { createClusterLocks } from '../../src/adapters/journal/cluster-locks.js';
import { createKube } from '../../src/adapters/kube/guarded.js';
import type { RawKube } from '../../src/adapters/kube/kube.js';
import type { Act } from '../../src/model/act.js';
import type { KubeObject } from '../../src/model/kube-object.js';
import { type KubeSubject, until } from './kube.contract.js';

const failing = (type: string) => expect.objectContaining({ type });

/** Calls `act` once, just before or after the first call of `verb`: somebody else is faster. */
export function meanwhile(raw: RawKube, verb: 'get' | 'create' | 'patch' | 'delete', when: 'before' | 'after', act: () => Promise<unknown>): RawKube {
  let pending = true;
  const once = async (now: 'before' | 'after') => {
    if (!pending || now !== when) return;
    pending = false;
    await act();
  };
  const call = raw[verb] as (...args: unknown[]) => Promise<unknown>;
  const wrapped = async (...args: unknown[]) => {
    await once('before');
    const answer = await call(...args);
    await once('after');
    return answer;
  };
  return { ...raw, [verb]: wrapped };
}

/** The guard on whatever cluster stands behind it. */
export function guardedContract(subject: () => KubeSubject, freshRun: () => string): void {
  const used: string[] = [];
  afterEach(async () => {
    for (const run of used.splice(0)) await createClusterLocks(subject().raw).dropEpoch(run);
  });
  const parts = (raw: RawKube = subject().raw) => {
    const locks = createClusterLocks(subject().raw);
    const run = freshRun();
    used.push(run);
    const act: Act = { run, epoch: 1, step: 'scale down: shop/api & others, a step whose id is no label value at all because it is far too long' };
    return { locks, act, kube: createKube(raw, locks), raw: subject().raw };
  };
  const ref = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', namespace: subject().namespace, name });
  const configMap = (name: string): KubeObject & { readonly data: Readonly<Record<string, string>> } => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: subject().namespace, labels: { own: 'yes' } },
    data: { a: '1' },
  });
  const replicas = (to: string) => () => ({ data: { a: to } });

  test('what a run creates carries its run and step as legal labels', async () => {
    const { kube, act } = parts();
    const { labels = {} } = (await kube.writeAs(act).create(configMap('labelled'))).metadata;
    expect(labels).toMatchObject({ own: 'yes', 'rehelm.dev/run': act.run, 'rehelm.dev/step': expect.stringMatching(/^scale-down-.{1,52}$/) });
    const plain = await kube.writeAs(act).create(configMap('plain'), { labelled: false });
    expect(plain.metadata.labels).toEqual({ own: 'yes' });
  });

  test("what an edit writes is nobody's then: who applies on the server's side would be refused it", async () => {
    const { kube, act, raw } = parts();
    const helm = {
      manager: 'helm',
      operation: 'Apply',
      apiVersion: 'v1',
      fieldsType: 'FieldsV1',
      fieldsV1: { 'f:data': { 'f:a': {} }, 'f:metadata': { 'f:labels': { 'f:own': {} } } },
    };
    await raw.create(configMap('applied'));
    await raw.patch(ref('applied'), { metadata: { managedFields: [helm] } });
    await kube.writeAs(act).edit(ref('applied'), replicas('2'));
    const { metadata, ...left } = (await raw.get(ref('applied')))!;
    expect(left).toMatchObject({ data: { a: '2' } });
    expect(metadata.managedFields).toMatchObject([{ manager: 'helm' }]);
  });

  test('a writer of another epoch is refused and changes nothing', async () => {
    const { kube, act, locks, raw } = parts();
    await raw.create(configMap('kept'));
    await locks.raiseEpoch(act.run, 2);
    const late = kube.writeAs(act);
    await expect(late.create(configMap('new'))).rejects.toEqual(failing('Superseded'));
    await expect(late.edit(ref('kept'), replicas('2'))).rejects.toEqual(failing('Superseded'));
    await expect(late.remove(ref('kept'))).rejects.toEqual(failing('Superseded'));
    expect(await raw.get(ref('kept'))).toMatchObject({ data: { a: '1' } });
    expect(await raw.get(ref('new'))).toBeUndefined();
    await kube.writeAs({ ...act, epoch: 2 }).edit(ref('kept'), replicas('2'));
    expect(await raw.get(ref('kept'))).toMatchObject({ data: { a: '2' } });
  });

  test('what a stalled writer still created is deleted again', async () => {
    const { act, locks, raw } = parts();
    const stalled = createKube(
      meanwhile(raw, 'create', 'before', () => locks.raiseEpoch(act.run, 2)),
      locks,
    );
    await expect(stalled.writeAs(act).create(configMap('late'))).rejects.toEqual(failing('Superseded'));
    expect(await raw.get(ref('late'))).toBeUndefined();
  });

  test('an edit that was overtaken starts over on what is there then', async () => {
    const { act, locks, raw } = parts();
    await raw.create(configMap('busy'));
    const kube = createKube(
      meanwhile(raw, 'patch', 'before', () => raw.patch(ref('busy'), { data: { other: 'x' } })),
      locks,
    );
    await kube.writeAs(act).edit(ref('busy'), replicas('2'));
    expect(await raw.get(ref('busy'))).toMatchObject({ data: { a: '2', other: 'x' } });
  });

  test('an edit that has nothing to change writes nothing, and says so of an absent object', async () => {
    const { kube, act, raw } = parts();
    const { metadata } = await raw.create(configMap('quiet'));
    const seen = await kube.writeAs(act).edit(ref('quiet'), () => undefined);
    expect(seen.metadata.resourceVersion).toBe(metadata.resourceVersion);
    await expect(kube.writeAs(act).edit(ref('absent'), () => undefined)).rejects.toEqual(failing('NotFound'));
  });

  test.each([
    { what: 'nothing', change: () => undefined },
    { what: 'what is so already', change: replicas('1') },
  ])('an undo that has to change $what still moves the object on, without a trace, and a stalled edit is shut out', async ({ change }) => {
    const { act, locks, raw } = parts();
    const created = await raw.create(configMap('contested'));
    const undo = async () => {
      await locks.raiseEpoch(act.run, 2);
      await createKube(raw, locks)
        .writeAs({ ...act, epoch: 2, undo: true })
        .edit(ref('contested'), change);
    };
    const stalled = createKube(meanwhile(raw, 'patch', 'before', undo), locks);
    await expect(stalled.writeAs(act).edit(ref('contested'), replicas('0'))).rejects.toEqual(failing('Superseded'));
    const left = await raw.get<KubeObject & { readonly data?: unknown }>(ref('contested'));
    expect(left?.data).toEqual({ a: '1' });
    expect(left?.metadata.annotations).toBeUndefined();
    expect(left?.metadata.resourceVersion).not.toBe(created.metadata.resourceVersion);
  });

  test('an undo takes off the mark that a dead one left', async () => {
    const { kube, act, raw } = parts();
    await raw.create(configMap('marked'));
    await raw.patch(ref('marked'), { metadata: { annotations: { 'rehelm.dev/touched': 'x' } } });
    await kube.writeAs({ ...act, undo: true }).edit(ref('marked'), replicas('0'));
    expect((await raw.get(ref('marked')))?.metadata.annotations).toBeUndefined();
  });

  test('a stalled deletion does not reach an object that the rollback has touched', async () => {
    const { act, locks, raw } = parts();
    await raw.create(configMap('spared'));
    const undo = async () => {
      await locks.raiseEpoch(act.run, 2);
      await createKube(raw, locks)
        .writeAs({ ...act, epoch: 2, undo: true })
        .edit(ref('spared'), () => undefined);
    };
    const stalled = createKube(meanwhile(raw, 'delete', 'before', undo), locks);
    await expect(stalled.writeAs(act).remove(ref('spared'))).rejects.toEqual(failing('Superseded'));
    expect(await raw.get(ref('spared'))).toBeDefined();
  });

  test('removes what is there, leaves one of another uid, and is content where nothing is', async () => {
    const { kube, act, raw } = parts();
    await raw.create(configMap('gone'));
    await kube.writeAs(act).remove(ref('gone'), { uid: '00000000-0000-4000-8000-ffffffffffff' });
    expect(await raw.get(ref('gone'))).toBeDefined();
    await kube.writeAs(act).remove(ref('gone'));
    await until(async () => (await raw.get(ref('gone'))) === undefined);
    await kube.writeAs(act).remove(ref('gone'));
  });

  test('a dry run validates and stores nothing', async () => {
    const { kube, raw } = parts();
    await kube.dryRunCreate(configMap('dry'));
    expect(await raw.get(ref('dry'))).toBeUndefined();
    await expect(kube.dryRunCreate(configMap('Bad_Name'))).rejects.toEqual(failing('Invalid'));
  });
}
