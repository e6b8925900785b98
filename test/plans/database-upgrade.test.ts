import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { DatabaseUpgradeInventory } from '../../src/model/database-upgrade.js';
import { databaseUpgradeSchema } from '../../src/model/schema/database-upgrade.js';
import { readSpec } from '../../src/model/schema/read-spec.js';
import { planDatabaseUpgrade } from '../../src/plans/database-upgrade.js';
import { planFinalize } from '../../src/plans/finalize.js';

const given = parse(readFileSync('examples/database-upgrade/spec.yaml', 'utf8'));
const inventory: DatabaseUpgradeInventory = JSON.parse(readFileSync('test/plans/database-upgrade-inventory.json', 'utf8'));
const read = (more: object = {}) => readSpec(databaseUpgradeSchema, { ...given, ...more });
const plan = planDatabaseUpgrade(read(), inventory);
const stepsOf = ({ phases }: typeof plan) => phases.flatMap(({ steps }) => steps);
const kept = { namespace: 'shop', name: 'data-postgres-0' };
const clone = { volume: { ...given.volume, claim: { namespace: 'shop', name: 'clone' } }, wayBack: { claim: kept } };

test('who uses the volume is stopped and the volume kept before it is upgraded, and it is looked at right before the commit, after which the run does nothing', () => {
  expect(plan.phases.map(({ id, gate, commits, doors, steps }) => ({ id, gate, commits, doors, steps: steps.map((step) => step.id) }))).toEqual([
    {
      ...{ id: 'stop', gate: 'start', commits: undefined, doors: 'close' },
      steps: ['suspend/HorizontalPodAutoscaler/web', 'stop/Deployment/web', 'stop/StatefulSet/postgres'],
    },
    { id: 'upgrade', gate: undefined, commits: undefined, doors: undefined, steps: ['retain/pv-postgres-0', 'upgrade/data-postgres-0'] },
    { id: 'again', gate: 'commit', commits: undefined, doors: undefined, steps: ['upgraded/data-postgres-0'] },
    { id: 'hand-over', gate: undefined, commits: true, doors: 'open', steps: [] },
  ]);
  expect(plan.locks).toEqual(['source/shop/app.kubernetes.io/part-of=shop', 'volume/shop/data-postgres-0']);
});

test('the new directory takes the old one’s place where nothing else is said', () => {
  const place = (of: typeof plan) => stepsOf(of).find(({ step }) => step === 'upgradeInPlace')?.input;
  expect(place(plan)).toMatchObject({ major: 15, data: 'pgdata', to: { major: 18, data: 'pgdata' }, image: 'registry.example.com/postgres:15-18' });
  expect(place(planDatabaseUpgrade(read({ to: { major: 18, data: 'pg18', binaries: '/opt/18/bin' } }), inventory))).toMatchObject({
    to: { data: 'pg18', binaries: '/opt/18/bin' },
  });
});

test('what a rollback does is told before anybody approves, by what there is to come back to', () => {
  const told = (of: typeof plan) => of.notes.join('\n');
  expect(told(plan)).toMatch(/before the new server was started, commit or not, puts the old directory back/);
  expect(told(plan)).toMatch(/SnapshotNeeded, until claim shop\/data-postgres-0 has a volume made from VolumeSnapshot shop\/postgres-before-18/);
  expect(told(plan)).toMatch(/start PostgreSQL 18 on directory pgdata/);
  const ofClone = told(planDatabaseUpgrade(read(clone), inventory));
  expect(ofClone).toMatch(/leaves claim shop\/clone so that no server starts on it, and the old data are those of claim shop\/data-postgres-0/);
  expect(ofClone).toMatch(/after shop\/clone was cloned from it is not in what is upgraded/);
});

test.each([
  [{ to: { major: 15 } }, 'to.major: PostgreSQL 15 is no newer than 15'],
  [{ wayBack: { claim: kept } }, 'wayBack.claim: this is the very volume that is upgraded'],
  [{ wayBack: {} }, 'expected {claim: {namespace, name}}'],
  [{ wayBack: undefined }, 'wayBack'],
  [{ writers: undefined }, 'writers'],
  [{ image: '' }, 'image'],
  [{ volume: { ...given.volume, data: '../other' } }, 'expected a path within the volume'],
  [{ volume: { ...given.volume, major: 9 } }, 'volume.major'],
  [{ volume: { ...given.volume, user: { uid: 0, gid: 0 } } }, 'volume.user.uid'],
  [{ superuser: 'postgres' }, 'superuser'],
])('%j is refused', (more, message) => expect(() => read(more)).toThrow(message));

test('a finalize drops the old directory, and gives the volume its former policy back', () => {
  const volumes = [{ volume: 'pv-postgres-0', retainedBy: 'retain/pv-postgres-0' }];
  const made = planFinalize({ run: 'r1', title: 'Upgrade', locks: plan.locks }, { kind: 'DatabaseUpgrade', spec: read(), volumes });
  expect(stepsOf(made).map(({ step }) => step)).toEqual(['dropOldDirectory', 'restoreReclaimPolicy']);
  expect(stepsOf(made)[0]?.input).toMatchObject({ upgradedBy: 'upgrade/data-postgres-0', claim: kept, to: { major: 18, data: 'pgdata' } });
  expect(made.phases.map(({ gate }) => gate)).toEqual(['start', undefined]);
});
