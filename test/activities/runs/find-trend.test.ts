import { findRuns } from '../../../src/activities/runs/find-runs.js';
import { createClusterJournal } from '../../../src/adapters/journal/cluster-journal.js';
import { createClusterLocks } from '../../../src/adapters/journal/cluster-locks.js';
import type { SeenWorkflow } from '../../../src/adapters/temporal/temporal.js';
import { judge } from '../../../src/judge/judge.js';
import type { Json } from '../../../src/model/kube-object.js';
import { course, Scene } from '../../judge/support/ledger.js';
import { createFakeCluster } from '../../support/fake-cluster/fake-cluster.js';
import { noRuns } from '../../support/no-runs.js';

const workflowId = 'drill/orders/node-off';
const at = (day: number) => new Date(Date.UTC(2027, 0, day, 3)).toISOString();
const green = judge(new Scene().ledger(), course);
const red = (() => {
  const scene = new Scene();
  scene.downMs = 15_000;
  return judge(scene.ledger(), course);
})();

interface Past {
  readonly day: number;
  /** Absent: it was refused and kept no journal. */
  readonly phase?: string;
  readonly results?: readonly object[];
  readonly id?: string;
  readonly open?: true;
}

/** Runs by the day on which they began, named after it. */
async function world(past: readonly Past[]) {
  const fake = createFakeCluster();
  const journal = createClusterJournal(fake, createClusterLocks(fake));
  for (const { day, phase, results = [], id = workflowId, open } of past) {
    if (phase === undefined) continue;
    const run = `run-${day}`;
    const fields = { run, workflowId: id, kind: 'FailoverDrill', title: 'Drill', committed: false, locks: [], spec: {}, plan: {} };
    await journal.putRecord(run, { ...fields, phase, startedAt: at(day), ...(!open && { endedAt: at(day) }) });
    for (const [index, result] of results.entries()) {
      const act = { run, epoch: 1, step: `drive/${index}` };
      await journal.begin(act, { number: index + 1, step: 'driveDrill', title: 'Drive', captured: null });
      await journal.mark(act, 'done', result as Json);
    }
  }
  const seen = ({ day, id = workflowId, open }: Past): SeenWorkflow => ({
    workflowId: id,
    run: `run-${day}`,
    type: 'failoverDrill',
    // Temporal tells when the workflow was started; the run begins with its first task.
    startedAt: new Date(Date.parse(at(day)) - 40).toISOString(),
    status: open ? 'RUNNING' : 'FAILED',
  });
  const known = past.map(seen).toReversed();
  const executions = async (id: string) => known.filter((each) => each.workflowId === id);
  const about = async (name: string) => executions(known.find(({ run }) => run === name)?.workflowId ?? name);
  const temporal = { ...noRuns, list: async () => known, about, executions };
  return findRuns({ temporal, journal });
}

test('a drill has the last runs of its name behind it, newest first, and those that were refused as gaps', async () => {
  const { findRuns: find } = await world([
    { day: 1, phase: 'Succeeded', results: [green] },
    { day: 2 },
    { day: 3, phase: 'Succeeded', results: [green, red] },
    { day: 4, phase: 'RolledBack' },
    { day: 5, phase: 'Succeeded', results: [green] },
    { day: 6, phase: 'Succeeded', results: [green] },
    { day: 7, phase: 'Succeeded', results: [green], id: 'drill/orders/other' },
  ]);
  const [found] = await find({ run: 'run-5' });
  expect(found?.trend?.map(({ run, verdict, why }) => [run, verdict, why])).toEqual([
    ['run-5', 'green', undefined],
    ['run-4', 'inconclusive', 'it is RolledBack, and no course of it has a result'],
    ['run-3', 'red', 'recovery took 15 s; 10 s may it take'],
    ['run-2', 'notRun', 'it was refused, or ended, before it touched anything'],
    ['run-1', 'green', undefined],
  ]);
  expect(found?.trend?.[2]?.courses).toEqual([
    { profile: 'strict', fault: 'nodeOff', verdict: 'green', recoverySeconds: 3, lost: 0 },
    { profile: 'strict', fault: 'nodeOff', verdict: 'red', recoverySeconds: 15, lost: 0 },
  ]);
});

test('a drill that is still open is no point of it yet', async () => {
  const { findRuns: find } = await world([{ day: 1 }, { day: 2, phase: 'Running', open: true, results: [green] }]);
  expect((await find({ run: 'run-2' }))[0]?.trend?.map(({ run }) => run)).toEqual(['run-1']);
});

test('of many runs the last ten are there', async () => {
  const past = Array.from({ length: 12 }, (_, index) => ({ day: 10 + index }));
  const { findRuns: find } = await world(past);
  expect((await find({ run: 'run-21' }))[0]?.trend?.map(({ run }) => run)).toEqual(
    past
      .map(({ day }) => `run-${day}`)
      .toReversed()
      .slice(0, 10),
  );
});

test('a list of runs has no trends: each would read many journals', async () => {
  const { findRuns: find } = await world([{ day: 1, phase: 'Succeeded', results: [green] }]);
  expect((await find({}))[0]).not.toHaveProperty('trend');
});
