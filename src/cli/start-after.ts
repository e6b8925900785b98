import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { CliError } from './cli-error.js';
import { shellWord } from './render/words.js';
import type { Session } from './session.js';

export interface After {
  /** Of the run's own, closed workflow. */
  readonly workflowId: string;
  readonly type: 'rollback' | 'finalize';
  readonly input: object;
}

/** Starts what goes on with a closed run: `<id>/rollback`, `<id>/finalize`. One of a kind at a time. Answers its workflow id. */
export async function startAfter(session: Session, { workflowId, type, input }: After): Promise<string> {
  const id = `${workflowId}/${type}`;
  try {
    await session.soon(`start ${id}`, () =>
      session.client.workflow.start(type, {
        taskQueue: session.taskQueue,
        workflowId: id,
        args: [input],
        staticSummary: `${type} by ${session.by}`.slice(0, 200),
        workflowIdConflictPolicy: 'FAIL',
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      }),
    );
    return id;
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    throw new CliError(`${id} already runs`, { hint: `rehelm watch ${shellWord(id)}`, cause: error });
  }
}
