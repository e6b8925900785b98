import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeObject } from '../../src/model/kube-object.js';
import { specKinds } from '../../src/model/schema/kinds.js';
import type { ShownSchedule } from '../../src/runs/schedules.js';
import { TemporalSchedules } from '../../src/runs/temporal-schedules.js';
import { atDesk } from '../cli/support/rehelm.js';
import { backupSpec, createBackupWorld } from '../support/database-backup/play.js';
import type { FakeCluster } from '../support/fake-cluster/fake-cluster.js';
import { env, startTemporal, stopTemporal } from '../support/temporal.js';

beforeAll(startTemporal, 60_000);
afterAll(stopTemporal);

const patience = 60_000;
const schedule = { cron: '30 1 * * *', timeZone: 'Europe/Berlin' };
const why = { reason: 'CHG-4711', acknowledge: false };
let names = 0;

interface At {
  readonly fake: FakeCluster;
  readonly schedules: TemporalSchedules;
  readonly id: string;
  readonly spec: object;
  /** From here on dumps come to nothing, or to something again. */
  breakDumps(broken: boolean): void;
}

function scene(body: (at: At) => Promise<void>): Promise<void> {
  const name = `nightly-${++names}`;
  const { fake } = createBackupWorld();
  const { job } = fake.behaviour;
  let broken = false;
  const short = { failed: 'short', log: `${JSON.stringify({ failure: { type: 'DumpIncomplete', message: 'the dump is short' } })}\n` };
  fake.behaviour.job = (each) => (broken && /-dump-/.test(each.metadata.name) ? short : job(each));
  return atDesk({ fake, kinds: {} }, ({ queue }) =>
    body({
      fake,
      schedules: new TemporalSchedules({ client: env.client, taskQueue: queue, address: 'test', by: 'ada@laptop', via: 'cli', kinds: specKinds }),
      id: `backup/data/old/${name}`,
      spec: backupSpec({ metadata: { name }, schedule, onFailure: { wait: '0s', then: 'rollback' } }),
      breakDumps: (now) => {
        broken = now;
      },
    }),
  );
}

/** Triggers it, and waits until that run is over. */
async function fire({ schedules, id }: At): Promise<ShownSchedule> {
  const { run } = await schedules.trigger(id, why);
  for (;;) {
    const shown = await schedules.show(id);
    if (shown.runs.some((each) => each.run === run && each.verdict !== 'running')) return shown;
    await sleep(100);
  }
}

function backupsIn(fake: FakeCluster): readonly string[] {
  const found = fake.find<KubeObject & { readonly data: { readonly state: string } }>({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    namespace: 'data',
    name: 'postgres-state',
  });
  return Object.keys(JSON.parse(found!.data.state).backups);
}

describe('a schedule of backups', () => {
  test(
    'makes one each time, approved with the schedule, beside those of the times before',
    () =>
      scene(async (at) => {
        const created = await at.schedules.create({ spec: at.spec });
        expect(created).toMatchObject({ id: at.id, kind: 'DatabaseBackup', namespaces: ['data'], paused: false });
        await fire(at);
        const shown = await fire(at);
        expect(shown.runs.map(({ verdict }) => verdict)).toEqual(['green', 'green']);
        expect(backupsIn(at.fake).toSorted()).toEqual(shown.runs.flatMap(({ run }) => [`${run}/orders`, `${run}/stock`]).toSorted());
      }),
    patience,
  );

  test(
    'goes on after one that came to nothing, which is red and leaves nothing; the older ones stay',
    () =>
      scene(async (at) => {
        await at.schedules.create({ spec: at.spec });
        expect((await env.client.schedule.getHandle(at.id).describe()).policies).toMatchObject({ overlap: 'SKIP', pauseOnFailure: false });
        await fire(at);
        const before = backupsIn(at.fake);
        at.breakDumps(true);
        const shown = await fire(at);
        expect(shown).toMatchObject({ paused: false, runs: [{ verdict: 'red', why: expect.stringContaining('the dump is short') }, { verdict: 'green' }] });
        expect(shown.unacknowledged).toBeUndefined();
        expect(backupsIn(at.fake)).toEqual(before);
        at.breakDumps(false);
        expect((await fire(at)).runs[0]).toMatchObject({ verdict: 'green' });
      }),
    patience,
  );

  test(
    'starts nothing that its approval does not cover',
    () =>
      scene(async (at) => {
        await at.schedules.create({ spec: at.spec });
        await env.client.schedule.getHandle(at.id).update((before) => ({
          ...before,
          action: { ...before.action, args: [{ ...at.spec, databases: ['stock'] }] },
        }));
        const { runs } = await fire(at);
        expect(runs[0]).toMatchObject({ verdict: 'notRun', why: expect.stringContaining('approved') });
        expect(backupsIn(at.fake)).toEqual([]);
      }),
    patience,
  );
});
