import type { Signable } from '../four-eyes.js';
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
  /** It was scheduled where four eyes are asked for: without `second` it approves nothing. */
  readonly needsSecond?: true;
  /** Who approved what `by` scheduled, under the API's signature. */
  readonly second?: SecondApproval;
}

export interface SecondApproval {
  readonly by: string;
  readonly via: Via;
  readonly signature: string;
}

/** What the API signs of it: that this person approves just this spec, of just this creator, until then. */
export const approvalOf = ({ schedule, by: creator, spec, until }: Omit<StandingApproval, 'via'>, by: string): Signable => ({
  workflowId: schedule,
  run: '',
  verb: 'schedule',
  about: `${until} ${creator}`,
  plan: spec,
  by,
});

/** As the approval of a run's start, of the plan that the run has made. */
export const startApproval = ({ schedule, by, via, spec, until, second }: StandingApproval, plan: string) => ({
  gate: 'start',
  plan,
  by: second?.by ?? by,
  via: second?.via ?? via,
  reason: `approved with the schedule ${schedule}, for spec ${spec} until ${until}`,
});
