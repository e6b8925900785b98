import { WorkflowFailedError } from '@temporalio/client';
import { ActivityFailure, ApplicationFailure, TerminatedFailure } from '@temporalio/common';
import { failure } from '../errors.js';

/** A failed workflow's own failure, or that of the activity which it ended with; any other error as it is. */
export function failureOf(error: unknown, workflowId: string): unknown {
  if (!(error instanceof WorkflowFailedError)) return error;
  const { cause } = error;
  if (cause instanceof TerminatedFailure) return failure('Terminated', `${workflowId} was terminated: ${cause.message}`, { details: { workflowId } });
  const own = cause instanceof ActivityFailure ? cause.cause : cause;
  if (own instanceof ApplicationFailure) return own;
  return new Error(cause?.message ?? error.message, { cause: error });
}

/** The same of a workflow that only looks: one that was cut off, by a worker that went, has told nothing. */
export function failureOfLook(error: unknown, name: string): unknown {
  const own = failureOf(error, name);
  if (!(error instanceof WorkflowFailedError) || own instanceof ApplicationFailure) return own;
  return failure('NoAnswer', `${name}: ${error.cause?.message}`, { cause: error });
}
