import { failure } from '../../errors.js';
import type { StandingApproval } from '../../model/schedule/standing-approval.js';

/** DrillNotRun, of whatever is scheduled, where what was approved with the schedule does not cover this run: another spec by now, or too long ago. */
export function checkStanding({ schedule, spec: approved, by, until }: StandingApproval, spec: string, now: number): void {
  const again = `delete the schedule ${schedule} and create it again`;
  if (spec !== approved)
    throw failure(
      'DrillNotRun',
      `this spec is ${spec}; ${by} approved ${approved} when it was scheduled. Edited since, or read otherwise by a newer rehelm: ${again}`,
    );
  if (!(now <= Date.parse(until))) throw failure('DrillNotRun', `the approval of ${schedule} by ${by} ended at ${until}: ${again}`);
}
