import { WorkflowNotFoundError } from '@temporalio/client';
import { failure } from '../../errors.js';

export const isGone = (error: unknown): boolean => error instanceof WorkflowNotFoundError;

/** Calls of the client carry a deadline, so what fails is worth another try. */
export function unreachable(call: string, error: unknown) {
  const words = error instanceof Error ? error.message : 'no answer';
  return failure('Unreachable', `Temporal, ${call}: ${words}`);
}
