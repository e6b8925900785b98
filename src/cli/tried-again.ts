import type { Session } from './session.js';

/** An activity that failed and is tried again by itself: the run looks as if it were at work. */
export interface TriedAgain {
  /** Name of the activity. */
  readonly activity: string;
  readonly attempt: number;
  readonly failure: string;
}

/** What of an open workflow is tried again, and why; nothing of a closed one. */
export async function triedAgain(session: Session, workflowId: string): Promise<readonly TriedAgain[]> {
  const { raw } = await session.soon(`look at ${workflowId}`, () => session.client.workflow.getHandle(workflowId).describe());
  return (raw.pendingActivities ?? []).flatMap(({ activityType, attempt, lastFailure }) =>
    lastFailure ? [{ activity: activityType?.name ?? '', attempt: attempt ?? 1, failure: lastFailure.message ?? '' }] : [],
  );
}
