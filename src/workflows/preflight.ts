import { failure } from '../errors.js';
import type { Problem } from '../model/plan.js';
import type { Prepared } from '../model/policy.js';

export interface Preview extends Prepared {
  readonly problems: readonly Problem[];
}

/** What a run begins with: PreflightFailed with all problems where there are any. */
export function unlessRefused({ problems, ...prepared }: Preview): Prepared {
  if (problems.length === 0) return prepared;
  throw failure('PreflightFailed', problems.map(({ check, message }) => `${check}: ${message}`).join('\n'), { details: { problems } });
}
