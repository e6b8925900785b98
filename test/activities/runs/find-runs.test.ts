import { clerk } from '../../../src/activities/runs/clerk.js';
import { findRuns } from '../../../src/activities/runs/find-runs.js';
import type { JournalRecord } from '../../../src/model/journal.js';
import type { Report } from '../../../src/model/report.js';
import { createFakeCluster } from '../../support/fake-cluster/fake-cluster.js';
import { noRuns } from '../../support/no-runs.js';
import { adaptersOver, asActivity } from '../../support/step-rig.js';

const record: JournalRecord = {
  ...{ run: 'r1', workflowId: 'migrate/shop/web', kind: 'K', title: 'Move', startedAt: '2026-01-01T00:00:00Z', phase: 'Succeeded', committed: true },
  ...{ locks: [], spec: {}, plan: {} },
};
const report: Report = {
  ...{ run: 'r1', kind: 'K', title: 'Move', phase: 'Succeeded', startedAt: '2026-01-01T00:00:00Z', endedAt: '2026-01-01T01:00:00Z', committed: true },
  ...{ phases: [], steps: [], checks: [], notes: ['as planned'] },
  decisions: [
    { at: '2026-01-01T00:00:01Z', by: 'ann', what: 'approve start', reason: 'CHG-1', via: 'api', outcome: 'accepted' },
  ] as unknown as Report['decisions'],
};

async function found(after?: string): Promise<Report | undefined> {
  const adapters = { ...adaptersOver(createFakeCluster()), temporal: noRuns };
  return asActivity(async () => {
    const { putRecord, closeRollback } = clerk(adapters);
    await putRecord({ ...record, report });
    if (after !== undefined) await closeRollback({ run: 'r1', phase: after });
    return (await findRuns(adapters).findRuns({ run: 'r1' }))[0]?.journal;
  });
}

describe('a run that Temporal has forgotten', () => {
  test('still has the report with which it ended: phases, decisions, notes', async () => {
    expect(await found()).toEqual(report);
  });

  test('is as a later rollback left it', async () => {
    expect(await found('RolledBack')).toEqual({ ...report, phase: 'RolledBack' });
  });
});
