import { needsFourEyes } from '../../model/four-eyes.js';
import type { NoticeTarget } from '../../model/notice.js';
import type { Policy } from '../../model/policy.js';
import { namespacesOf } from '../../model/scope.js';
import type { Settings } from '../../model/settings.js';

/** What specs of every kind say in the same words. */
interface Common {
  readonly onFailure: { readonly wait: number; readonly then: Policy['failureThen'] };
  readonly notify: readonly NoticeTarget[];
}

/** How long an approval needs no second look at the plan, in seconds. */
const planFreshSeconds = 60;

/** The part of a run's policy that no kind decides: failures, who is told, four eyes, and the worker's own settings. */
export function commonPolicy(spec: Common, { fourEyes, heartbeatTimeoutSeconds, searchAttributes }: Settings): Omit<Policy, 'start' | 'commit' | 'commitThen'> {
  const { onFailure, notify } = spec;
  return {
    planFreshSeconds,
    failureWaitSeconds: onFailure.wait,
    failureThen: onFailure.then,
    ...(notify.length > 0 && { notify }),
    heartbeatTimeoutSeconds,
    ...(needsFourEyes(fourEyes, namespacesOf(spec)) && { fourEyes: {} }),
    searchAttributes,
  };
}
