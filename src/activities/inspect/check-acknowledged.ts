import type { Temporal } from '../../adapters/temporal/temporal.js';
import { failure } from '../../errors.js';
import { unacknowledged } from '../../model/schedule/note.js';
import type { StandingApproval } from '../../model/schedule/standing-approval.js';

/** DrillNotAcknowledged where the schedule's last drill was not well and nobody has said what was found: Temporal's own buttons do not ask. */
export async function checkAcknowledged(temporal: Pick<Temporal, 'schedule'>, { schedule }: StandingApproval): Promise<void> {
  const seen = await temporal.schedule(schedule);
  const bad = seen && unacknowledged(seen.runs, seen.note);
  if (bad)
    throw failure(
      'DrillNotAcknowledged',
      `${bad.workflowId} was ${bad.verdict ?? 'not well'}, and nobody has acknowledged it: rehelm schedule resume ${schedule}`,
    );
}
