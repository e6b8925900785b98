import { createClusterJournal } from '../../src/adapters/journal/cluster-journal.js';
import { createClusterLocks } from '../../src/adapters/journal/cluster-locks.js';
import type { NewEntry } from '../../src/adapters/journal/journal.js';
import type { RawKube } from '../../src/adapters/kube/kube.js';
import type { Act } from '../../src/model/act.js';
import type { JournalRecord } from '../../src/model/journal.js';
import type { Secret } from '../../src/model/kube-object.js';

const failing = (type: string) => expect.objectContaining({ type });
const entry = (number: number, captured: unknown): NewEntry => ({ number, step: 'scaleDown', title: 'Scale down api', captured });

export function journalContract(raw: () => RawKube, fresh: () => string): void {
  const used: string[] = [];
  const parts = () => {
    const run = fresh();
    used.push(run);
    const locks = createClusterLocks(raw());
    const act = (step: string, epoch = 1): Act => ({ run, epoch, step });
    return { run, locks, act, journal: createClusterJournal(raw(), locks) };
  };
  afterEach(async () => {
    for (const run of used.splice(0)) {
      await createClusterJournal(raw(), createClusterLocks(raw())).drop(run);
      await createClusterLocks(raw()).dropEpoch(run);
    }
  });

  test('the first capture of a step stays, whoever comes later', async () => {
    const { journal, act, run } = parts();
    expect(await journal.find(run, 'scale shop/api')).toBeUndefined();
    expect(await journal.begin(act('scale shop/api'), entry(1, { replicas: 3 }))).toEqual({
      ...entry(1, { replicas: 3 }),
      id: 'scale shop/api',
      state: 'begun',
    });
    expect(await journal.begin(act('scale shop/api'), entry(1, { replicas: 0 }))).toMatchObject({ captured: { replicas: 3 } });
    expect(await journal.find(run, 'scale shop/api')).toMatchObject({ captured: { replicas: 3 }, state: 'begun' });
  });

  test('of captures that come at once one is stored, and all answer that one', async () => {
    const { journal, act, run } = parts();
    const answers = await Promise.all([1, 2, 3, 4].map((replicas) => journal.begin(act('s'), entry(1, { replicas }))));
    expect(new Set(answers.map(({ captured }) => JSON.stringify(captured))).size).toBe(1);
    expect(await journal.find(run, 's')).toEqual(answers[0]);
  });

  test('a step that is begun again after it was done is still done', async () => {
    const { journal, act } = parts();
    await journal.begin(act('s'), entry(1, { replicas: 3 }));
    await journal.mark(act('s'), 'done', { was: 3 });
    expect(await journal.begin(act('s'), entry(1, { replicas: 0 }))).toMatchObject({ captured: { replicas: 3 }, state: 'done', result: { was: 3 } });
  });

  test('states add up: done, then undone; left, then undone by a later rollback', async () => {
    const { journal, act, run } = parts();
    await journal.begin(act('a'), entry(1, null));
    await journal.mark(act('a'), 'done', ['x']);
    await journal.mark(act('a'), 'done', ['y']);
    expect(await journal.find(run, 'a')).toMatchObject({ state: 'done', result: ['x'] });
    await journal.mark(act('a'), 'left');
    expect(await journal.find(run, 'a')).toMatchObject({ state: 'left' });
    await journal.mark(act('a'), 'undone');
    await journal.mark(act('a'), 'undone');
    expect(await journal.find(run, 'a')).toMatchObject({ state: 'undone', result: ['x'] });
  });

  test('reads everything of its run in the order in which it was begun', async () => {
    const { journal, act, run } = parts();
    const other = parts();
    for (const number of [10, 2, 1]) await journal.begin(act(`step ${number}`), entry(number, number));
    await other.journal.begin(other.act('step 1'), entry(1, 'other'));
    await journal.mark(act('step 2'), 'skipped');
    expect((await journal.read(run)).map(({ id, state }) => [id, state])).toEqual([
      ['step 1', 'begun'],
      ['step 2', 'skipped'],
      ['step 10', 'begun'],
    ]);
    expect(await journal.read(fresh())).toEqual([]);
  });

  test('an attempt that was given up can neither begin nor mark', async () => {
    const { journal, act, run, locks } = parts();
    await journal.begin(act('a'), entry(1, null));
    await locks.raiseEpoch(run, 2);
    await expect(journal.begin(act('b'), entry(2, null))).rejects.toEqual(failing('Superseded'));
    await expect(journal.mark(act('a'), 'done')).rejects.toEqual(failing('Superseded'));
    await journal.mark(act('a', 2), 'undone');
    expect((await journal.read(run)).map(({ id, state }) => [id, state])).toEqual([['a', 'undone']]);
  });

  test('a stored entry cannot be written over', async () => {
    const { journal, act, run } = parts();
    await journal.begin(act('a'), entry(1, null));
    const [stored] = await raw().list<Secret>({ apiVersion: 'v1', kind: 'Secret', namespace: 'rehelm-system', labelSelector: `rehelm.dev/run=${run}` });
    const ref = { apiVersion: 'v1', kind: 'Secret', namespace: 'rehelm-system', name: stored?.metadata.name ?? '' };
    await expect(raw().patch(ref, { data: { content: 'eA==' } })).rejects.toEqual(failing('Invalid'));
  });

  test('a capture too big for one Secret is refused with the way out', async () => {
    const { journal, act } = parts();
    await expect(journal.begin(act('a'), entry(1, 'x'.repeat(1_000_000)))).rejects.toMatchObject({
      type: 'Invalid',
      message: expect.stringContaining('artifacts'),
    });
  });

  test('keeps one record per run, written over, and lists the runs', async () => {
    const { journal, run } = parts();
    const record: JournalRecord = {
      run,
      workflowId: 'w',
      kind: 'k',
      title: 't',
      startedAt: '2026-11-21T10:00:00Z',
      phase: 'Running',
      committed: false,
      locks: ['a'],
      spec: { a: 1 },
      plan: {},
    };
    expect(await journal.getRecord(run)).toBeUndefined();
    await journal.putRecord(run, record);
    await journal.putRecord(run, { ...record, phase: 'Succeeded' });
    expect(await journal.getRecord(run)).toEqual({ ...record, phase: 'Succeeded' });
    expect((await journal.listRuns()).filter((each) => each.run === run)).toEqual([{ ...record, phase: 'Succeeded' }]);
    const other = `${run}/ein anderer`;
    await journal.putRecord(other, { ...record, run: other });
    expect((await journal.recordsOf([run, 'none', other])).map((each) => each.run).sort()).toEqual([run, other].sort());
    expect((await journal.recordsOf([other])).map((each) => each.run)).toEqual([other]);
    expect(await journal.recordsOf([])).toEqual([]);
  });

  test('a record that belongs to another run is not taken for this one’s', async () => {
    const { journal, run } = parts();
    await journal.putRecord(run, {
      run: 'another',
      workflowId: 'w',
      kind: 'k',
      title: 't',
      startedAt: '',
      phase: 'Running',
      committed: false,
      locks: [],
      spec: {},
      plan: {},
    });
    await expect(journal.getRecord(run)).rejects.toEqual(failing('NotOurs'));
  });

  test.each([
    { size: 0, what: 'empty' },
    { size: 512 * 1024, what: 'exactly one piece' },
    { size: 1_300_000, what: 'several pieces' },
  ])('gives back an artifact of $what byte for byte', async ({ size }) => {
    const { journal, act, run } = parts();
    const content = Uint8Array.from({ length: size }, (_, index) => (index * 31 + (index >> 8)) % 256);
    await journal.putArtifact(act('a'), 'manifests', content);
    const got = await journal.getArtifact(run, 'manifests');
    expect(Buffer.from(got ?? []).equals(Buffer.from(content))).toBe(true);
    expect(await journal.getArtifact(run, 'other')).toBeUndefined();
  });

  test('an artifact whose writer died half-way is written by the retry, with nothing of the first mixed in', async () => {
    const { run, locks, act } = parts();
    const [first, second] = [Buffer.alloc(1_200_000, 'a'), Buffer.alloc(1_200_000, 'b')];
    let creations = 0;
    const dying: RawKube = {
      ...raw(),
      create: async (object, options) => (++creations > 2 ? Promise.reject(new Error('killed')) : raw().create(object, options)),
    };
    await raw()
      .create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'rehelm-system' } })
      .catch(() => undefined);
    await expect(createClusterJournal(dying, locks).putArtifact(act('a'), 'values', first)).rejects.toThrow('killed');
    const journal = createClusterJournal(raw(), locks);
    expect(await journal.getArtifact(run, 'values')).toBeUndefined();
    await journal.putArtifact(act('a'), 'values', second);
    await journal.putArtifact(act('a'), 'values', first);
    expect(Buffer.from((await journal.getArtifact(run, 'values')) ?? []).equals(second)).toBe(true);
  });

  test('a damaged artifact is a failure and no artifact', async () => {
    const { journal, act, run } = parts();
    await journal.putArtifact(act('a'), 'values', Buffer.alloc(1_200_000, 'a'));
    const [piece] = await raw().list<Secret>({
      apiVersion: 'v1',
      kind: 'Secret',
      namespace: 'rehelm-system',
      labelSelector: `rehelm.dev/run=${run},rehelm.dev/document=piece`,
    });
    const ref = { apiVersion: 'v1', kind: 'Secret', namespace: 'rehelm-system', name: piece?.metadata.name ?? '' };
    await raw().delete(ref);
    await expect(journal.getArtifact(run, 'values')).rejects.toEqual(failing('NotFound'));
    await raw().create({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: ref.name, namespace: ref.namespace, labels: piece?.metadata.labels ?? {} },
      data: { content: 'eA==' },
    } as Secret);
    await expect(journal.getArtifact(run, 'values')).rejects.toEqual(failing('VerifyMismatch'));
  });

  test('drops everything of a run and nothing of another', async () => {
    const { journal, act, run } = parts();
    const other = parts();
    for (const each of [{ journal, act }, other]) {
      await each.journal.begin(each.act('a'), entry(1, null));
      await each.journal.putArtifact(each.act('a'), 'values', Buffer.from('x'));
    }
    await journal.drop(run);
    await journal.drop(run);
    expect(await journal.read(run)).toEqual([]);
    expect(await journal.getArtifact(run, 'values')).toBeUndefined();
    expect(await raw().list({ apiVersion: 'v1', kind: 'Secret', namespace: 'rehelm-system', labelSelector: `rehelm.dev/run=${run}` })).toEqual([]);
    expect(await other.journal.read(other.run)).toHaveLength(1);
  });
}
