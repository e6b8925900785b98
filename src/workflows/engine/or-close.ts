import { ActivityFailure, ApplicationFailure } from '@temporalio/workflow';

/** Before anything was touched a failure closes the run, with every problem in it. */
export async function orClose<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (failure) {
    const cause = failure instanceof ActivityFailure ? failure.cause : undefined;
    if (!(cause instanceof ApplicationFailure)) throw failure;
    throw ApplicationFailure.create({
      type: cause.type ?? 'Refused',
      message: cause.message,
      nonRetryable: true,
      ...(cause.details && { details: cause.details }),
    });
  }
}
