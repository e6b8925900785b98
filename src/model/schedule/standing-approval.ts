import type { Via } from '../report.js';

/** Name in the memo of a run that a schedule starts. */
export const memoStanding = 'standingApproval';

/** Given when something is scheduled, since nobody is there to approve its runs: for one spec, and for a time. */
export interface StandingApproval {
  /** Id of the schedule. */
  readonly schedule: string;
  readonly by: string;
  readonly via: Via;
  /** Hash of the normalized spec. */
  readonly spec: string;
  readonly until: string;
}

/** As the approval of a run's start, of the plan that the run has made. */
export const startApproval = ({ schedule, by, via, spec, until }: StandingApproval, plan: string) => ({
  gate: 'start',
  plan,
  by,
  via,
  reason: `approved with the schedule ${schedule}, for spec ${spec} until ${until}`,
});
