import { type Client, WorkflowUpdateFailedError } from '@temporalio/client';
import { failure } from '../errors.js';
import { afterwards, workflowOfRun } from '../model/afterwards.js';
import { memoOnce } from '../model/memo.js';
import { isUnknown } from './is-unknown.js';
import type { Once, Started } from './runs.js';
import type { TemporalCalls } from './temporal-calls.js';

/** One execution of a run's workflows. */
interface Execution {
  readonly workflowId: string;
  readonly runId: string;
  readonly once: unknown;
}

/** Enough for all that a release ever goes through within Temporal's retention. */
const mostLookedAt = 20;

/** Finds out whether a request was taken before: a start by the memo of what it started, an update by its id and the mark in its answer. */
export class FirstAnswers {
  readonly #client: Client;
  readonly #calls: TemporalCalls;

  constructor(client: Client, calls: TemporalCalls) {
    this.#client = client;
    this.#calls = calls;
  }

  /** The run that it started; KeyReused where it was another request. */
  async ofStart(workflowId: string, once: Once): Promise<Started | undefined> {
    const first = (await this.#executions([workflowId])).find((execution) => isOf(execution, once));
    if (!first) return undefined;
    const { raw } = await this.#calls.soon(`describe ${workflowId}`, () => this.#client.workflow.getHandle(workflowId, first.runId).describe());
    return { workflowId, run: raw.workflowExecutionInfo?.firstRunId || first.runId };
  }

  /** Which of the run's workflows took it; KeyReused where it was another request. */
  async of(workflowId: string, once: Once): Promise<string | undefined> {
    const own = workflowOfRun(workflowId);
    const executions = await this.#executions([own, ...afterwards.map((after) => `${own}/${after}`)]);
    const started = executions.find((execution) => isOf(execution, once));
    if (started) return started.workflowId;
    const took = await Promise.all(executions.map(async (execution) => ((await this.#took(execution, once)) ? [execution.workflowId] : [])));
    return took.flat()[0];
  }

  async #took({ workflowId, runId }: Execution, once: Once): Promise<boolean> {
    const update = this.#client.workflow.getHandle(workflowId, runId).getUpdateHandle<unknown>(once.key);
    const mark = await this.#calls.soon(`look at ${workflowId}`, async () => {
      try {
        return await update.result();
      } catch (error) {
        // It never came, or it was refused after all: sent again, it is answered so again.
        if (isUnknown(error) || error instanceof WorkflowUpdateFailedError) return undefined;
        throw error;
      }
    });
    if (mark === undefined) return false;
    demandSame(mark, once);
    return true;
  }

  /** The newest as they are now; older ones as visibility has them, which lags only for the newest. */
  async #executions(workflowIds: readonly string[]): Promise<readonly Execution[]> {
    const newest = await Promise.all(workflowIds.map((each) => this.#newest(each)));
    const known = newest.flatMap((each) => each ?? []);
    if (known.length === 0) return [];
    const older = await this.#listed(known.map(({ workflowId }) => workflowId));
    return [...known, ...older.filter(({ runId }) => known.every((each) => each.runId !== runId))];
  }

  #newest(workflowId: string): Promise<Execution | undefined> {
    return this.#calls.soon(`describe ${workflowId}`, async () => {
      try {
        return seen(await this.#client.workflow.getHandle(workflowId).describe());
      } catch (error) {
        if (isUnknown(error)) return undefined;
        throw error;
      }
    });
  }

  #listed(workflowIds: readonly string[]): Promise<readonly Execution[]> {
    const names = workflowIds.filter((each) => !each.includes("'")).map((each) => `'${each}'`);
    if (names.length === 0) return Promise.resolve([]);
    return this.#calls.soon('list executions', async () => {
      const found: Execution[] = [];
      for await (const info of this.#client.workflow.list({ query: `WorkflowId IN (${names.join(', ')})`, pageSize: mostLookedAt })) {
        if (found.push(seen(info)) === mostLookedAt) break;
      }
      return found;
    });
  }
}

const seen = ({ workflowId, runId, memo }: { readonly workflowId: string; readonly runId: string; readonly memo?: Record<string, unknown> }): Execution => ({
  workflowId,
  runId,
  once: memo?.[memoOnce],
});

const isMark = (value: unknown): value is Once => typeof value === 'object' && value !== null && 'key' in value && 'body' in value;

function isOf({ once: mark }: Execution, once: Once): boolean {
  if (!isMark(mark) || mark.key !== once.key) return false;
  demandSame({ once: mark.body }, once);
  return true;
}

export function demandSame(mark: unknown, { body }: Once): void {
  const is = typeof mark === 'object' && mark !== null && 'once' in mark ? mark.once : undefined;
  if (is !== body) throw failure('KeyReused', 'this Idempotency-Key came before with another body, and what that asked was done');
}
