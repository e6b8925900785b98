import { setTimeout as sleep } from 'node:timers/promises';
import { createClusterJournal } from '../../src/adapters/journal/cluster-journal.js';
import { createClusterLocks } from '../../src/adapters/journal/cluster-locks.js';
import { type Report, reportArtifact } from '../../src/model/report.js';
import { specKinds } from '../../src/model/schema/kinds.js';
import { TemporalRuns } from '../../src/runs/temporal-runs.js';
import { TemporalSchedules } from '../../src/runs/temporal-schedules.js';
import { atDesk } from '../cli/support/rehelm.js';
import { type Course, drilledCluster, drillSpec, drillSteps, nightly } from '../support/drill-kind.js';
import { env, startTemporal, stopTemporal } from '../support/temporal.js';

beforeAll(startTemporal);
afterAll(stopTemporal);

test.each<Course['verdict']>(['green', 'red', 'inconclusive', 'lost'])(
  'of a drill that is %s the cluster keeps the very report that Temporal has',
  (verdict) => {
    const fake = drilledCluster();
    return atDesk({ fake, kinds: drillSteps({ verdict }) }, async ({ queue }) => {
      const parts = { client: env.client, taskQueue: queue, address: 'test', by: 'ada', via: 'cli' as const };
      const runs = new TemporalRuns({ ...parts, requestFiles: () => Promise.reject(new Error('no files here')) });
      const schedules = new TemporalSchedules({ ...parts, kinds: specKinds });
      const name = `kept-${verdict}`;
      await schedules.create({ spec: { ...drillSpec(name, nightly), onFailure: { wait: '1s', then: 'rollback' } } });
      const { workflowId = '' } = await schedules.trigger(`drill/web/${name}`, { reason: 'try', acknowledge: false });
      while ((await runs.find(workflowId)).open) await sleep(100);
      const { report } = await runs.report(workflowId);
      const { trend: _, ...own } = report;
      const kept = await createClusterJournal(fake, createClusterLocks(fake)).getArtifact(report.run, reportArtifact);
      expect(JSON.stringify(JSON.parse(Buffer.from(kept!).toString()) as Report, undefined, 1)).toBe(JSON.stringify(own, undefined, 1));
    });
  },
);
