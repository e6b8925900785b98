import { copyDatabase } from '../../src/activities/copy-database.js';
import type { KubeObject } from '../../src/model/kube-object.js';
import { privateServer } from '../../src/model/private-server.js';
import { createFakeCluster } from '../support/fake-cluster/fake-cluster.js';
import { adminPassword, copierRequestOf, server, withDatabases } from '../support/fake-copier.js';
import { inspection } from '../support/inspection.js';
import { stepLaws } from '../support/step-laws.js';
import { StepRig } from '../support/step-rig.js';

const input = { server, from: 'old', to: 'new', withinSeconds: 60 };
const world = (more: object = {}) => {
  const fake = createFakeCluster();
  return { fake, copier: withDatabases(fake, { data: { old: { orders: ['1', '2'], views: ['3'] }, ...more }, users: {} }) };
};

stepLaws('copyDatabase', {
  step: 'copyDatabase',
  factory: copyDatabase,
  input,
  world: () => world().fake,
  secrets: [adminPassword],
  done: (fake, result) => {
    const hash = expect.stringMatching(/^[0-9a-f]{32}$/);
    expect(result).toEqual({
      documents: 3,
      bytes: 30,
      collections: 2,
      source: {
        database: 'old',
        documents: 3,
        hash,
        collections: [
          { name: 'orders', documents: 2, bytes: 10, hash },
          { name: 'views', documents: 1, bytes: 10, hash },
        ],
      },
      seconds: 1,
      bytesCopiedTwice: 0,
      attempts: 1,
    });
    expect(JSON.stringify(fake.world())).toContain('\\"new\\"');
  },
});

describe('copyDatabase', () => {
  const begin = async (more?: object) => {
    const { fake, copier } = world(more);
    const rig = new StepRig(fake, copyDatabase);
    await rig.capture('copyDatabase', input);
    return { fake, copier, rig };
  };

  test('leaves neither Job nor Secret behind, done and undone', async () => {
    const { fake, rig } = await begin();
    const left = () => [
      ...fake.all('batch/v1', 'Job'),
      ...fake.all<KubeObject & { type?: string }>('v1', 'Secret').filter(({ type }) => type === 'rehelm.dev/copier-request'),
    ];
    await rig.act('copyDatabase', input);
    expect(left()).toEqual([]);
    await rig.undo('copyDatabase');
    expect(left()).toEqual([]);
  });

  test('a target that this run did not write is refused and outlives the undo', async () => {
    const { copier, rig } = await begin({ new: { precious: ['1'] } });
    await expect(rig.act('copyDatabase', input)).rejects.toMatchObject({ type: 'TargetNotEmpty' });
    await expect(rig.undo('copyDatabase')).rejects.toMatchObject({ type: 'NotOurs' });
    expect(copier.databases().data['new']).toEqual({ precious: ['1'] });
  });

  test('the undo ends a copy that still runs, with the raised epoch in its drop', async () => {
    const { fake, copier, rig } = await begin();
    const fate = fake.behaviour.job;
    fake.behaviour.job = () => 'running';
    await expect(rig.act('copyDatabase', { ...input, withinSeconds: 0.2 })).rejects.toMatchObject({ type: 'TimedOut' });
    expect(fake.all('batch/v1', 'Job')).toHaveLength(1);
    fake.behaviour.job = fate;
    await rig.undo('copyDatabase');
    expect(fake.all('batch/v1', 'Job')).toEqual([]);
    expect(fake.all('v1', 'Pod')).toEqual([]);
    expect(copier.requests).toEqual([expect.objectContaining({ engine: 'mongodb', verb: 'drop', epoch: 2, run: 'r1', database: 'new' })]);
  });
});

describe('the check of copyDatabase', () => {
  const check = (fake: ReturnType<typeof createFakeCluster>, more: object = {}) => new StepRig(fake, copyDatabase).check('copyDatabase', { ...input, ...more });

  test('names a source that is not there or cannot be moved', async () => {
    const { fake } = world({ odd: { a: ['1'] } });
    expect(await check(fake, { from: 'absent' })).toEqual(['database absent is not there']);
    expect(await check(fake, { from: 'odd' })).toEqual(['database odd cannot be copied: it has a capped collection.']);
    expect(await check(fake, { from: 'new' })).toEqual(['source and target are the same database, new']);
  });

  test('names a source that has no room on the target, once, before anything is copied there', async () => {
    const { fake, copier } = world();
    copier.put({ ...copier.databases(), freeBytes: 10 });
    expect(await check(fake)).toEqual([expect.stringMatching(/^database old cannot be copied: The copy needs about .* GiB are free\.$/)]);
    const rig = new StepRig(fake, copyDatabase);
    await rig.capture('copyDatabase', input);
    await rig.act('copyDatabase', input);
    expect(await check(fake)).toEqual([]);
  });

  test('refuses a guard that is none, as a person may write it who changes it for a retry', async () => {
    const { fake } = world();
    expect(await check(fake, { guard: { reply: 5 } })).toEqual(['guard is off, or some of replyMs, waitingSessions, standbyLagSeconds']);
    expect(await check(fake, { guard: { replyMs: 500 } })).toEqual([]);
  });

  test('names a target that holds something, unless this run put it there', async () => {
    const { fake } = world();
    const rig = new StepRig(fake, copyDatabase);
    await rig.capture('copyDatabase', input);
    await rig.act('copyDatabase', input);
    expect(await check(fake)).toEqual([]);
    const other = new StepRig(fake, copyDatabase, {}, 'r2');
    expect(await other.check('copyDatabase', input)).toEqual(['database new holds 2 collections with 3 documents already: drop or rename it']);
  });

  test('passes over a source that a step of the run has yet to start', async () => {
    const { fake } = world();
    const empty = { name: 'shop', exists: false, bytes: 0, tables: [], problems: [] };
    fake.behaviour.job = () => ({ succeeded: true, log: `${JSON.stringify({ result: { databases: [empty] } })}\n` });
    const target = { engine: 'postgresql', host: 'db', port: 5432, admin: { secretRef: { namespace: 'mongodb', name: 'root' } } };
    const source = privateServer({ namespace: 'shop', name: 'data-db-0' }, 'serve/data-db-0');
    const order = { server: target, source, from: 'shop', to: 'shop' };
    expect(await check(fake, order)).toEqual([]);
    const { servedBy: _, ...looked } = source;
    expect(await check(fake, { ...order, source: looked })).toEqual(['Secret shop/rehelm-private-data-db-0 is not there']);
  });

  test('asks nothing of a target that a step of the run has yet to start, and the source what it holds', async () => {
    const { fake } = world();
    const asked: string[] = [];
    fake.behaviour.job = (job) => {
      asked.push(copierRequestOf<{ verb: string }>(fake, job)?.verb ?? '');
      return {
        succeeded: true,
        log: `${JSON.stringify({ result: { databases: [{ ...inspection('shop', { bytes: 1 }), problems: ['it is odd'] }] } })}\n`,
      };
    };
    const source = { engine: 'postgresql', host: 'db', port: 5432, admin: { secretRef: { namespace: 'mongodb', name: 'root' } } };
    const server = { ...source, host: 'new', admin: { secretRef: { namespace: 'mongodb', name: 'not-yet' } }, servedBy: { step: 'install' } };
    const order = { server, source, from: 'shop', to: 'shop' };
    expect(await check(fake, order)).toEqual(['database shop cannot be copied: it is odd']);
    expect(asked).toEqual(['inspect']);
    expect(await check(fake, { ...order, source: privateServer({ namespace: 'shop', name: 'data-db-0' }, 'serve/data-db-0') })).toEqual([]);
  });

  test('leaves no Job behind, whatever it finds', async () => {
    const { fake } = world();
    await check(fake);
    fake.behaviour.job = () => ({ failed: 'no', log: '{"failure":{"type":"Forbidden","message":"Authentication failed."}}' });
    expect(await check(fake)).toEqual(['inspect on the database: Authentication failed.']);
    expect(fake.all('batch/v1', 'Job')).toEqual([]);
  });
});
