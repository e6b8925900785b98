import { precopyDatabase } from '../../src/activities/precopy-database.js';
import type { Job } from '../../src/model/kube-object.js';
import { server as mongo } from '../support/fake-copier.js';
import { fakePrecopier, password, servers } from '../support/fake-precopier.js';
import { stepLaws } from '../support/step-laws.js';
import { StepRig } from '../support/step-rig.js';

const input = { ...servers, from: 'shop', to: 'store', slotLimitBytes: 1000, withinSeconds: 60 };

stepLaws('precopyDatabase', {
  step: 'precopyDatabase',
  factory: precopyDatabase,
  input,
  world: () => fakePrecopier().fake,
  secrets: [password],
  done: (fake, result) => {
    expect(result).toEqual({ tables: 2, bytes: 100, lagBytes: 7, roles: ['owner'], seconds: 1, attempts: 1 });
    expect(JSON.stringify(fake.world())).toContain('rehelm_slot');
  },
});

describe('precopyDatabase', () => {
  const begin = async () => {
    const world = fakePrecopier();
    const rig = new StepRig(world.fake, precopyDatabase);
    await rig.capture('precopyDatabase', input);
    return { ...world, rig, jobs: () => world.fake.all<Job>('batch/v1', 'Job') };
  };

  test('leaves a guard at work, begun before the copy, which the cluster starts again by itself and the undo ends', async () => {
    const { rig, requests, jobs } = await begin();
    await rig.act('precopyDatabase', input);
    expect(requests.map(({ verb }) => verb)).toEqual(['guardPrecopy', 'precopy']);
    expect(requests[0]).toMatchObject({ at: { host: 'old.db.svc' }, run: 'r1', from: 'shop', to: 'store', slotLimitBytes: 1000 });
    expect(jobs().map(({ spec }) => spec)).toEqual([
      expect.objectContaining({ backoffLimit: 1000, template: expect.objectContaining({ spec: expect.objectContaining({ restartPolicy: 'OnFailure' }) }) }),
    ]);
    await rig.undo('precopyDatabase');
    expect(jobs()).toEqual([]);
    expect(requests.at(-1)).toMatchObject({ verb: 'abortPrecopy', epoch: 2 });
  });

  test('stays guarded with its credentials while the undo cannot reach the target', async () => {
    const { fake, rig, answers, jobs } = await begin();
    await rig.act('precopyDatabase', input);
    const [before] = jobs();
    answers.set('abortPrecopy', { failure: { type: 'Unreachable', message: 'connecting to postgres at new.db.svc: refused' } });
    await expect(rig.undo('precopyDatabase')).rejects.toMatchObject({ type: 'Unreachable' });
    expect(jobs()).toContainEqual(before);
    expect(fake.all('v1', 'Secret').map(({ metadata }) => metadata.name)).toContain(before?.metadata.name);
    answers.clear();
    await rig.undo('precopyDatabase');
    expect(jobs()).toEqual([]);
  });

  test('starts a guard anew that has ended, as after a slot that was lost', async () => {
    const { rig, answers, jobs } = await begin();
    answers.set('guardPrecopy', { result: { lost: 'too much' } });
    answers.set('precopy', { failure: { type: 'PrecopyLost', message: 'the slot is gone' } });
    await expect(rig.act('precopyDatabase', input)).rejects.toMatchObject({ type: 'PrecopyLost', nonRetryable: true });
    answers.clear();
    await rig.act('precopyDatabase', input);
    expect(jobs().map(({ status }) => status)).toEqual([{ active: 1 }]);
  });
});

describe('the check of precopyDatabase', () => {
  const check = (world: ReturnType<typeof fakePrecopier>, more: object = {}, run = 'r1') =>
    new StepRig(world.fake, precopyDatabase, {}, run).check('precopyDatabase', { ...input, ...more });

  test('tells what stands against it, and a target that holds something', async () => {
    const world = fakePrecopier();
    world.answers.set('checkPrecopy', { result: { problems: ['The source has wal_level = replica; it takes logical, and a restart.'] } });
    expect(await check(world)).toEqual(['The source has wal_level = replica; it takes logical, and a restart.']);
    expect(await check(world, { from: 'none' })).toEqual(['database none is not there']);
    expect(await check(world, { to: 'shop' })).toContain('database shop holds 1 table with about 30 rows already: drop or rename it');
  });

  test('refuses what has no replication that a copy could follow', async () => {
    const refused = ['Only a PostgreSQL database can be copied ahead, and only to PostgreSQL.'];
    expect(await check(fakePrecopier(), { server: mongo, source: mongo })).toEqual(refused);
    expect(await check(fakePrecopier(), { source: mongo })).toEqual(refused);
  });

  test('does not hold against a run what it has made itself', async () => {
    const world = fakePrecopier();
    const rig = new StepRig(world.fake, precopyDatabase);
    await rig.capture('precopyDatabase', input);
    await rig.act('precopyDatabase', input);
    expect(await check(world)).toEqual([]);
    expect(await check(world, {}, 'r2')).toEqual(['database store holds 1 table with about 30 rows already: drop or rename it']);
  });
});
