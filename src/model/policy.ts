import type { NoticeTarget } from './notice.js';
import type { ShownPlan } from './plan.js';
import type { StandingApproval } from './schedule/standing-approval.js';

/** Name in a run's memo: an approval of the start that was given with it, as the update `approve` takes it. */
export const approvedAhead = 'approvedAhead';

/** How a run deals with people and time; read from the spec by `inspect`, so it is in the history. */
export interface Policy {
  /** `ask`: a person approves the plan that was shown. */
  readonly start: 'ask' | 'none';
  /** Who answers for it, and therefore cannot approve it. */
  readonly startNotBy?: string;
  /** An approval that comes within this time of the planning needs no look whether the plan has drifted. */
  readonly planFreshSeconds: number;
  /** Of plans that have the gate; it waits for ever: nothing presses while users are served. */
  readonly cutover?: 'ask' | 'none';
  /** Of plans that have the gate: a hook of helm's approves it. */
  readonly helm?: 'ask';
  readonly commit: 'ask' | 'none';
  /** Nobody approved the commit in time: `then` is done. Absent: the gate waits for ever. */
  readonly commitWithinSeconds?: number;
  readonly commitThen: 'rollback' | 'wait';
  /** A question before the commit waits this long, then `failureThen` is done. */
  readonly failureWaitSeconds: number;
  readonly failureThen: 'rollback' | 'wait';
  /** Where four eyes are asked for; who started, where that is not in the run's own memo. */
  readonly fourEyes?: { readonly started?: unknown };
  /** How soon the death of a worker is noticed. From the worker's settings. */
  readonly heartbeatTimeoutSeconds: number;
  /** Whom to tell what waits or went wrong. */
  readonly notify?: readonly NoticeTarget[];
  /** True where `rehelm setup` registered the search attributes. */
  readonly searchAttributes: boolean;
}

/** What `inspect` and `plan` made of a spec. */
export interface Prepared {
  readonly policy: Policy;
  readonly shown: ShownPlan;
  /** The normalized spec, for the journal's record. */
  readonly spec: unknown;
  /** Of a run that a schedule started, and found to cover it: whatever plan is made of the spec is approved. */
  readonly standing?: StandingApproval;
  /** A second person gave it, so it counts where four eyes are asked for, too. */
  readonly isSigned?: true;
}
