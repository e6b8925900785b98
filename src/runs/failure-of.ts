import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure, TerminatedFailure } from '@temporalio/common';
import { failure } from '../errors.js';

/** A failed workflow's own failure; any other error as it is. */
export function failureOf(error: unknown, workflowId: string): unknown {
  if (!(error instanceof WorkflowFailedError)) return error;
  const { cause } = error;
  if (cause instanceof TerminatedFailure) return failure('Terminated', `${workflowId} was terminated: ${cause.message}`, { details: { workflowId } });
  if (cause instanceof ApplicationFailure) return cause;
  return new Error(cause?.message ?? error.message, { cause: error });
}
