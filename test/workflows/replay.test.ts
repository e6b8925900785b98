import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { keptHistories } from '../support/product/histories.js';
import { secretValues } from '../support/product/source.js';
import { workflowBundle } from '../support/workflow-bundle.js';

const histories = await keptHistories();
beforeAll(() => void Runtime.install({ logger: new DefaultLogger('ERROR') }));

const replay = async (json: string) => Worker.runReplayHistory({ workflowBundle: await workflowBundle() }, historyFromJSON(JSON.parse(json)));

test('there is a history of each way in which a run of each kind ends', () => {
  expect(histories.map(({ name }) => name)).toEqual([
    ...['retried', 'rolled-back', 'succeeded'].map((way) => `chart-upgrade.${way}`),
    'database-backup.succeeded',
    ...['precopied', 'retried', 'rolled-back', 'succeeded'].map((way) => `database-copy.${way}`),
    ...['retried', 'rolled-back', 'succeeded'].map((way) => `database-restore.${way}`),
    ...['retried', 'rolled-back', 'succeeded'].map((way) => `database-upgrade.${way}`),
    ...['driver-lost', 'green', 'inconclusive', 'not-run', 'red', 'rolled-back', 'stopped'].map((way) => `failover-drill.${way}`),
    ...['cancelled', 'retried', 'rolled-back', 'succeeded'].map((way) => `kustomize-to-helm.${way}`),
    ...['retried', 'rolled-back', 'succeeded'].map((way) => `postgres-to-ha.${way}`),
  ]);
});

test.each(histories)('today’s workflow code goes on with the history $name', ({ json }) => expect(replay(json)).resolves.toBeUndefined());

test.each(histories)('a history that says something else than the code does is noticed in $name', async ({ json }) => {
  const edited = json.replaceAll(/"capture(ScaleDown|PrepareDrill|DumpDatabases|RestoreDatabase)"/g, '"captureSomethingElse"');
  expect(edited).not.toBe(json);
  await expect(replay(edited)).rejects.toMatchObject({ name: 'DeterminismViolationError' });
});

test.each(histories)('the timeline says of every activity and timer in $name what it is for', ({ json }) => {
  const { events } = JSON.parse(json) as { events: { eventType: string; userMetadata?: { summary?: object } }[] };
  const told = events.filter(({ eventType }) => /_(ACTIVITY_TASK_SCHEDULED|TIMER_STARTED)$/.test(eventType));
  expect(told.length).toBeGreaterThan(10);
  expect(told.filter(({ userMetadata }) => !userMetadata?.summary)).toEqual([]);
});

test.each(histories)('no value of a secret stands in the history $name', ({ json }) => {
  const payloads = [...json.matchAll(/"data":"([^"]+)"/g)].map(([, data = '']) => Buffer.from(data, 'base64').toString());
  expect(payloads.length).toBeGreaterThan(10);
  const told = `${json}${payloads.join('\n')}`;
  for (const value of ['r00t-canary', 'analytics-pa55-canary', 'p0stgres-canary', 'pa55word', 't0ken-of-the-pdu', ...Object.values(secretValues)])
    expect(told).not.toContain(value);
});
