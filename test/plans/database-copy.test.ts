import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { hashPlan } from '../../src/activities/inspect/hash-plan.js';
import type { DatabaseCopyInventory } from '../../src/model/database-copy.js';
import { databaseCopySchema } from '../../src/model/schema/database-copy.js';
import { readSpec } from '../../src/model/schema/read-spec.js';
import { planDatabaseCopy } from '../../src/plans/database-copy.js';
import { planFinalize } from '../../src/plans/finalize.js';

const given = parse(readFileSync('examples/database-copy/spec.yaml', 'utf8'));
const inventory: DatabaseCopyInventory = JSON.parse(readFileSync('test/plans/database-copy-inventory.json', 'utf8'));
const read = (more: object = {}) => readSpec(databaseCopySchema, { ...given, ...more });
const plan = planDatabaseCopy(read(), inventory);
const stepsOf = ({ phases }: typeof plan) => phases.flatMap(({ steps }) => steps);

test('writers are out before the first byte is copied, and every database is proved and looked at once more before the commit', () => {
  expect(stepsOf(plan).map(({ id }) => id)).toEqual([
    'suspend/HorizontalPodAutoscaler/web',
    'stop/Deployment/web',
    'fence',
    'copy/orders',
    'copy/warehouse',
    'verify/orders',
    'verify/warehouse',
    'still',
    'release',
  ]);
  expect(plan.phases.map(({ id, gate, commits, doors }) => ({ id, gate, commits, doors }))).toEqual([
    { id: 'stop', gate: 'start', commits: undefined, doors: 'close' },
    { id: 'data', gate: undefined, commits: undefined, doors: undefined },
    { id: 'again', gate: 'commit', commits: undefined, doors: undefined },
    { id: 'hand-over', gate: undefined, commits: true, doors: 'open' },
  ]);
});

test('the plan says how long a copy may take; a database that grew does not make it another plan', () => {
  const grown = { ...inventory, databases: inventory.databases.map((each) => ({ ...each, bytes: each.bytes * 2 })) };
  const bigger = planDatabaseCopy(read(), grown);
  const estimates = (of: typeof plan) => stepsOf(of).flatMap(({ estimate }) => estimate?.seconds ?? []);
  expect(estimates(plan)).toEqual([224, 11, 79, 4]);
  expect(estimates(bigger)).toEqual([447, 22, 158, 8]);
  expect(hashPlan(bigger)).toBe(hashPlan(plan));
  expect(hashPlan(planDatabaseCopy(read(), { ...inventory, target: 'PostgreSQL 17.5' }))).not.toBe(hashPlan(plan));
});

test('the plan says what room a copy takes, and what is free there, which does not make it another plan', () => {
  const space = { neededBytes: 6 * 2 ** 30, freeBytes: 20 * 2 ** 30 };
  const roomy = { ...inventory, databases: inventory.databases.map((each) => ({ ...each, space })) };
  const estimates = (given: object) =>
    stepsOf(planDatabaseCopy(read(given), roomy)).flatMap(({ step, estimate }) => (estimate?.space ? [[step, estimate.space]] : []));
  expect(estimates({})).toEqual([
    ['copyDatabase', space],
    ['copyDatabase', space],
  ]);
  expect(estimates(ahead)).toEqual([
    ['precopyDatabase', space],
    ['precopyDatabase', space],
  ]);
  expect(hashPlan(planDatabaseCopy(read(), roomy))).toBe(hashPlan(plan));
});

test('the plan says what was found in each database, which is no part of what is approved', () => {
  const facts = ['5.0 GiB with indexes', '12 tables'];
  const described = { ...inventory, databases: inventory.databases.map((each) => ({ ...each, facts })) };
  const made = planDatabaseCopy(read(), described);
  expect(made.inspected).toEqual([
    { name: 'orders', facts },
    { name: 'stock', facts },
  ]);
  expect(hashPlan(made)).toBe(hashPlan({ ...plan, inspected: [] }));
});

test('a rate limit is what the estimate goes by', () => {
  const slow = planDatabaseCopy(read({ copy: { bytesPerSecond: '10Mi' } }), inventory);
  expect(stepsOf(slow).find(({ id }) => id === 'copy/orders')).toMatchObject({ estimate: { seconds: 512 }, input: { bytesPerSecond: 10 * 2 ** 20 } });
});

test('without writers the fence alone keeps everybody out, and the plan says so', () => {
  const { writers: _, ...alone } = read();
  const made = planDatabaseCopy(alone, { ...inventory, workloads: [], owners: [] });
  expect(made.phases[0]?.steps.map(({ step }) => step)).toEqual(['fenceDatabase']);
  expect(made.notes.join('\n')).toContain('No writers are named');
  expect(made.locks.toSorted()).toEqual([
    'database/shop/postgres-18.shop.svc:5432/orders',
    'database/shop/postgres-18.shop.svc:5432/warehouse',
    'database/shop/postgres.shop.svc:5432/orders',
    'database/shop/postgres.shop.svc:5432/stock',
  ]);
});

test('a server of which nothing is known yet is named by its engine, and nothing is estimated', () => {
  const made = planDatabaseCopy(read(), { databases: [], workloads: [], owners: [], obstacles: [] });
  expect(made.title).toBe('Copy orders, stock from postgresql at shop/postgres to postgresql at shop/postgres-18');
  expect(stepsOf(made).filter(({ estimate }) => estimate)).toEqual([]);
});

test.each([
  [{ databases: [{ from: 'postgres', to: 'x' }] }, 'databases.0.from: postgres is the server’s own'],
  [{ databases: [{ from: 'a', to: 'repmgr' }] }, 'databases.0.to: repmgr is the server’s own'],
  [
    {
      databases: [
        { from: 'a', to: 'x' },
        { from: 'b', to: 'x' },
      ],
    },
    'databases.1.to: database x is listed twice',
  ],
  [{ target: { engine: 'mongodb', at: { host: 'm', admin: { secretRef: { namespace: 'a', name: 'b' } } } } }, 'target.engine: the source is postgresql'],
  [{ target: { ...given.target, at: { ...given.target.at, host: 'both' } } }, 'say one of service and host'],
  [{ copy: { unitSize: '2Gi' } }, 'at most 1Gi'],
  [{ copy: { bytesPerSecond: 100 } }, 'expected a size such as'],
])('%j is refused', (more, message) => {
  expect(() => read(more)).toThrow(message.replaceAll('’', "'"));
});

test('a finalize forgets the notes of the copy and leaves the source as it is', () => {
  const made = planFinalize({ run: 'r1', title: 'Copy', locks: plan.locks }, { kind: 'DatabaseCopy', spec: read(), volumes: [] });
  expect(made.phases.map(({ gate, steps }) => [gate, steps.map(({ step, input }) => [step, input])])).toEqual([
    ['start', [['cleanCopies', { server: expect.objectContaining({ host: 'postgres-18.shop.svc' }) }]]],
  ]);
});

const volume = { claim: { namespace: 'shop', name: 'data-postgres-0' }, data: 'pgdata', user: { uid: 999, gid: 999 }, image: 'postgres:15' };
const onVolume = { ...inventory, volume: { name: 'pv-1', major: 15, unlogged: false } };

test('a source that cannot run beside its target is read from its volume, by a server that ends with the commit', () => {
  const made = planDatabaseCopy(read({ volume }), onVolume);
  expect(made.phases[0]?.steps.map(({ id }) => id)).toEqual([
    'suspend/HorizontalPodAutoscaler/web',
    'stop/Deployment/web',
    'retain/pv-1',
    'serve/data-postgres-0',
  ]);
  const readers = stepsOf(made).filter(({ step }) => ['copyDatabase', 'verifyDatabase'].includes(step));
  expect(new Set(readers.map(({ input }) => (input as { readonly source: { readonly host: string } }).source.host)).size).toBe(1);
  expect(readers[0]?.input).toMatchObject({ source: { host: 'rehelm-private-data-postgres-0.shop.svc', servedBy: { step: 'serve/data-postgres-0' } } });
  expect(stepsOf(made).find(({ id }) => id === 'still')?.input).toMatchObject({ server: { servedBy: { step: 'serve/data-postgres-0' } } });
  expect(made.phases.at(-1)?.steps.map(({ step, input }) => [step, input])).toContainEqual(['endPrivateServer', { servedBy: 'serve/data-postgres-0' }]);
  expect(made.notes.join('\n')).toContain('in recovery: no role can write to it');
  expect(made.notes.join('\n')).not.toContain('DatabaseUpgrade');
});

test('a newer target says of the volume that an upgrade in place would be faster, and what that would take', () => {
  const notesFor = (targetMajor: number) => planDatabaseCopy(read({ volume }), { ...onVolume, volume: { ...onVolume.volume, targetMajor } }).notes.join('\n');
  expect(notesFor(18)).toContain(
    'A DatabaseUpgrade of claim data-postgres-0 to PostgreSQL 18 would take minutes at any size, in place of this copy. It is not offered here: no image with the programs of both 15 and 18 is named; there is no snapshot or clone to come back to',
  );
  expect(notesFor(15)).not.toContain('DatabaseUpgrade');
});

test('a volume is read only where its server is stopped, and only PostgreSQL’s', () => {
  const { writers: _, ...alone } = given;
  expect(() => readSpec(databaseCopySchema, { ...alone, volume })).toThrow('who uses the volume is stopped first');
  expect(() => read({ volume: { ...volume, data: '../other' } })).toThrow('expected a path within the volume');
});

const mongo = (name: string) => ({ engine: 'mongodb', at: { service: `shop/${name}`, admin: { secretRef: { namespace: 'shop', name } } } });

test('a MongoDB may be fenced by its write block, and bring its users; the plan says whom the fence stops', () => {
  const spec = read({ source: mongo('old'), target: mongo('new'), fence: { prefer: 'writeBlock' }, copy: { accounts: true } });
  const made = planDatabaseCopy(spec, { ...inventory, fence: ['the whole server: blog'] });
  const inputs = new Map(stepsOf(made).map(({ id, input }) => [id, input]));
  expect(inputs.get('fence')).toMatchObject({ prefer: 'writeBlock', allowUsers: [] });
  expect(inputs.get('copy/orders')).toMatchObject({ accounts: true });
  expect(made.notes).toContain('the whole server: blog');
});

const tools = { image: 'mongo:7.0' };
const byTools = { source: mongo('old'), target: mongo('new'), copy: { mode: 'tools' }, tools };

test('a MongoDB may be copied by its own tools: the same course, no limits that they do not know, and what they cannot do in the plan', () => {
  const made = planDatabaseCopy(read(byTools), inventory);
  expect(stepsOf(made).map(({ id }) => id)).toEqual(stepsOf(plan).map(({ id }) => id));
  const copy = stepsOf(made).find(({ id }) => id === 'copy/warehouse');
  expect(copy).toMatchObject({ step: 'copyDatabase', title: 'Copy stock → warehouse by mongodump and mongorestore', changeable: ['connections'] });
  expect(copy?.input).toEqual({
    ...{ server: expect.anything(), source: expect.anything(), from: 'stock', to: 'warehouse', connections: 4, tools, withinSeconds: 86_400 },
  });
  expect(stepsOf(made).flatMap(({ estimate }) => estimate?.seconds ?? [])).toEqual([303, 15, 79, 4]);
  const notes = made.notes.join('\n');
  expect(notes).toMatch(/of the image mongo:7\.0[\s\S]*a pod is killed, its database is emptied and begun anew[\s\S]*compared with that, document by document/);
  expect(notes).toContain('Users and roles stay behind');
});

test.each([
  [{ copy: { mode: 'tools' }, tools }, 'copy.mode: these are tools of MongoDB: take mode: copy'],
  [{ ...byTools, tools: undefined }, "tools: name the image with MongoDB's tools: tools: {image: mongo:7.0}"],
  [{ ...byTools, tools: { image: '' } }, 'tools.image'],
  [{ ...byTools, copy: {} }, 'tools: nobody would use them: say copy: {mode: tools}'],
  [{ ...byTools, copy: { mode: 'precopy', slotLimit: '1Gi' } }, 'tools: nobody would use them'],
  [{ ...byTools, volume }, 'volume: only data of PostgreSQL are read from their volume'],
  [{ ...byTools, copy: { mode: 'tools', accounts: true } }, 'accounts'],
  [{ ...byTools, copy: { mode: 'tools', bytesPerSecond: '1Mi' } }, 'bytesPerSecond'],
])('by tools, %j is refused', (more, message) => {
  expect(() => read(more)).toThrow(message);
});

test('what only a MongoDB has is refused of a PostgreSQL', () => {
  expect(() => read({ fence: {}, copy: { accounts: true } })).toThrow(/fenced in one way only[\s\S]*always come along/);
});

const ahead: object & { readonly copy: object } = parse(readFileSync('examples/database-copy/ahead.yaml', 'utf8'));

test('a copy ahead leaves users at work until a person chooses the window, and proves before they are let in', () => {
  const made = planDatabaseCopy(read(ahead), inventory);
  expect(made.phases.map(({ id, gate, commits, doors, steps }) => ({ id, gate, commits, doors, steps: steps.map((step) => step.id) }))).toEqual([
    { id: 'ahead', gate: 'start', commits: undefined, doors: undefined, steps: ['precopy/orders', 'precopy/warehouse'] },
    { id: 'ready', gate: 'cutover', commits: undefined, doors: undefined, steps: ['ready/orders', 'ready/warehouse'] },
    {
      ...{ id: 'cutover', gate: undefined, commits: undefined, doors: 'close' },
      steps: [
        ...['suspend/HorizontalPodAutoscaler/web', 'stop/Deployment/web', 'fence'],
        ...['drain/orders', 'drain/warehouse', 'verify/orders', 'verify/warehouse'],
      ],
    },
    { id: 'again', gate: 'commit', commits: undefined, doors: undefined, steps: ['still'] },
    { id: 'hand-over', gate: undefined, commits: true, doors: 'open', steps: ['release'] },
  ]);
  expect(stepsOf(made).find(({ id }) => id === 'still')?.input).toMatchObject({
    databases: [
      { name: 'orders', copyStep: 'drain/orders' },
      { name: 'stock', copyStep: 'drain/warehouse' },
    ],
  });
  expect(stepsOf(made)[0]).toMatchObject({ input: { slotLimitBytes: 20 * 2 ** 30 }, estimate: { seconds: 224 } });
  expect(made.notes.join('\n')).toMatch(/ahead by logical replication[\s\S]*to 20 GiB for each database[\s\S]*until somebody approves the commit/);
});

test('a proof that users do not wait for comes once they are let in, and the plan says what that means', () => {
  const made = planDatabaseCopy(read({ copy: { ...ahead.copy, prove: 'after' }, approval: { start: {}, commit: 'none' } }), inventory);
  expect(made.phases.at(-1)).toMatchObject({ id: 'proof', steps: [{ id: 'verify/orders' }, { id: 'verify/warehouse' }] });
  expect(made.phases.findIndex(({ doors }) => doors === 'open')).toBe(made.phases.length - 2);
  expect(made.notes.join('\n')).toMatch(/let in before the proof is done/);
  expect(made.notes.join('\n')).not.toMatch(/approves the commit/);
});

const oneService = { source: given.source, target: given.source };

test.each([
  [{ ...ahead, source: mongo('old'), target: mongo('new') }, 'copy.mode: only PostgreSQL replicates'],
  [{ ...ahead, volume }, 'copy.mode: a volume is read once its server is stopped'],
  [{ ...ahead, ...oneService }, 'copy.mode: source and target are behind one Service, and never run side by side: take mode: copy'],
  [{ copy: { mode: 'precopy' } }, 'copy.slotLimit'],
  [{ copy: { ...ahead.copy, bytesPerSecond: '1Mi' } }, 'bytesPerSecond'],
  [{ copy: { slotLimit: '1Gi' } }, 'slotLimit'],
  [{ copy: { guard: { reply: 5 } } }, 'copy.guard'],
  [{ copy: { guard: 'off' }, source: mongo('old'), target: mongo('new') }, 'copy.guard: only the load of a PostgreSQL is watched'],
])('ahead, %j is refused', (more, message) => {
  expect(() => read(more)).toThrow(message);
});

test('a guard on the source is as the spec says it, and can be changed while the copy runs', () => {
  const copyOf = (copy: object) => stepsOf(planDatabaseCopy(read({ copy }), inventory)).find(({ id }) => id === 'copy/orders');
  expect(copyOf({ guard: { replyMs: 500 } })).toMatchObject({ input: { guard: { replyMs: 500 } }, changeable: ['connections', 'bytesPerSecond', 'guard'] });
  expect(copyOf({ guard: 'off' })).toMatchObject({ input: { guard: 'off' } });
  expect(copyOf({})?.input).not.toHaveProperty('guard');
  const notesOf = (guard: unknown) => planDatabaseCopy(read({ copy: { guard } }), inventory).notes.join('\n');
  expect(notesOf('off')).toContain('Nothing takes connections off a source that suffers');
  expect(notesOf({ replyMs: 500, standbyLagSeconds: 3 })).toContain('answers 500 ms later, or with a standby 3 s further behind');
});
