import { type FailureType, failure } from '../../errors.js';
import type { Problem } from '../../model/plan.js';

/** All problems as one failure; undefined where there is none. */
export const refusal = (type: FailureType, problems: readonly Problem[]): Error | undefined =>
  problems.length === 0 ? undefined : failure(type, problems.map(({ check, message }) => `${check}: ${message}`).join('\n'), { details: { problems } });
