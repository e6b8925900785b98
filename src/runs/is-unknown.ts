import { ScheduleNotFoundError, WorkflowNotFoundError } from '@temporalio/client';

/** gRPC's NOT_FOUND */
const notFound = 5;

/** Temporal knows nothing of this name: as the SDK says it, or as the service does, bare or wrapped. */
export const isUnknown = (error: unknown): boolean =>
  error instanceof WorkflowNotFoundError || error instanceof ScheduleNotFoundError || isNotFound(error) || (error instanceof Error && isNotFound(error.cause));

const isNotFound = (error: unknown): boolean => typeof error === 'object' && error !== null && 'code' in error && error.code === notFound;
