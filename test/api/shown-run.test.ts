import type { FoundRun } from '../../src/activities/runs/find-runs.js';
import { run } from '../../src/api/schema/run.js';
import { shownRun } from '../../src/api/shown-run.js';

/** Everything that is ever found of a run. */
const found: Required<FoundRun> = {
  ...{ run: 'r', workflowId: 'drill/shop/db', kind: 'FailoverDrill', title: 't', phase: 'Parked', startedAt: '2026-01-01T00:00:00.000Z' },
  ...{ open: true, openAfter: 'drill/shop/db/rollback', committed: true, waitingFor: 'decision', namespaces: ['shop'], lost: true, trend: [] },
  startedBy: { by: 'ada', at: '2026-01-01T00:00:00.000Z', signature: 's' },
  asOf: '2026-01-01T00:00:00.000Z',
  journal: { run: 'r', kind: 'k', title: 't', phase: 'Parked', startedAt: 'x', phases: [], steps: [], checks: [], decisions: [], notes: [], committed: true },
};

test('whatever is found of a run, what is shown of it is what the document says', () => {
  expect(run.safeParse(shownRun(found))).toMatchObject({ success: true });
});
