import type { ScheduleOptions } from '@temporalio/client';
import { memoNamespaces } from '../model/memo.js';
import { parseCron } from '../model/schedule/cron.js';
import { memoStanding, type StandingApproval } from '../model/schedule/standing-approval.js';
import type { Scheduled } from '../model/schema/read-scheduled.js';
import { clockSpec } from './clock-spec.js';
import { memoSchedule, type ScheduleMemo } from './schedule-memo.js';

/** What was missed longer ago is not made up for: a drill at another hour than its own is another drill, and a backup loads users. */
const catchupWindow = '10 minutes';

/** So begins the note of a schedule that is paused for want of its approval alone. */
export const waitsForSecond = 'waits for the approval of a second person';

/** A schedule for Temporal, with the approval that its runs take along. */
export function scheduleOptions({ kind, id, schedule }: Scheduled, spec: unknown, memo: ScheduleMemo): ScheduleOptions {
  const { createdBy: by, via, approvedUntil: until, needsSecond } = memo;
  const standing: StandingApproval = { schedule: id, by, via, spec: memo.spec, until, ...(needsSecond && { needsSecond }) };
  const cron = parseCron(schedule.cron);
  if (typeof cron === 'string') throw new TypeError(cron);
  return {
    scheduleId: id,
    spec: clockSpec({ cron, timeZone: schedule.timeZone }, schedule.cron, Date.parse(memo.createdAt), schedule.jitter ?? 0),
    policies: { overlap: 'SKIP', catchupWindow, pauseOnFailure: kind.pausesOnFailure === true },
    state: needsSecond ? { paused: true, note: `${waitsForSecond}: created by ${by} via ${via}` } : { note: `created by ${by} via ${via}` },
    memo: { [memoSchedule]: memo },
    action: {
      type: 'startWorkflow',
      workflowType: kind.workflowType,
      taskQueue: memo.taskQueue,
      // Temporal appends the time of each.
      workflowId: id,
      args: [spec],
      memo: { [memoNamespaces]: memo.namespaces, [memoStanding]: standing },
      staticSummary: `${kind.workflowType} by the schedule ${id}, created by ${by}, approved until ${until}`.slice(0, 200),
    },
  };
}
