import type { WorkflowExecutionDescription } from '@temporalio/client';
import type { LoadedDataConverter } from '@temporalio/common';
import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow/codec-helpers.js';
import { stepProgress } from '../model/schema/step-progress.js';
import type { UnderWay } from './runs.js';

type Pending = NonNullable<WorkflowExecutionDescription['raw']['pendingActivities']>[number];

/** What is tried again, and how far what moves data is. */
export async function underWayOf(pending: readonly Pending[], converter: LoadedDataConverter): Promise<UnderWay> {
  const beats = await Promise.all(pending.map(({ heartbeatDetails }) => decodeArrayFromPayloads(converter, heartbeatDetails?.payloads)));
  return {
    triedAgain: pending.flatMap(({ activityType, attempt, lastFailure }) =>
      lastFailure ? [{ activity: activityType?.name ?? '', attempt: attempt ?? 1, failure: lastFailure.message ?? '' }] : [],
    ),
    progress: beats.flatMap(([beat]) => {
      const { data } = stepProgress.safeParse(beat);
      return data ? [data] : [];
    }),
  };
}
