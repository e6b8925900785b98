import { needsFourEyes } from '../../model/four-eyes.js';
import type { StandingApproval } from '../../model/schedule/standing-approval.js';
import { hashSpec } from '../../model/schema/hash-spec.js';
import { namespacesOf } from '../../model/scope.js';
import type { Adapters } from '../adapters.js';
import { checkSecond } from './check-second.js';
import { checkStanding } from './check-standing.js';

interface Asked {
  /** Read. */
  readonly spec: unknown;
  /** Of a run that a schedule started. */
  readonly standing?: StandingApproval;
}

/** Whether a second person approved the schedule, as the signature shows. DrillNotRun where what was approved with it does not cover this run. */
export async function checkScheduled({ settings, apiKey }: Pick<Adapters, 'settings' | 'apiKey'>, { spec, standing }: Asked): Promise<boolean> {
  if (!standing) return false;
  checkStanding(standing, hashSpec(spec), Date.now());
  const isSigned = needsFourEyes(settings.fourEyes, namespacesOf(spec)) || standing.needsSecond === true;
  if (isSigned) await checkSecond(apiKey, standing);
  return isSigned;
}
