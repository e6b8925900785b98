import { randomUUID } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Client,
  isGrpcDeadlineError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import type { FindRunsRequest, FoundRun } from '../activities/runs/find-runs.js';
import type { Reaped } from '../activities/runs/reap.js';
import type { RequestFiles } from '../adapters/request-files/request-files.js';
import type { Preview } from '../workflows/preview.js';
import { CliError } from './cli-error.js';

/** What a person says with every update: kept in the report. */
export interface Said {
  readonly by: string;
  readonly via: 'cli';
  readonly reason: string;
}

interface ReadOnly {
  readonly preview: { readonly input: unknown; readonly result: Preview };
  readonly findRuns: { readonly input: FindRunsRequest; readonly result: readonly FoundRun[] };
  readonly reap: { readonly input: { readonly remove: boolean }; readonly result: Reaped };
}

/** Temporal's TASK_QUEUE_TYPE_WORKFLOW */
const workflowQueue = 1;

/** One command's way to Temporal. No call waits longer than its deadline. */
export class Session {
  readonly client: Client;
  readonly taskQueue: string;
  readonly address: string;
  readonly by: string;
  /** Connects to the cluster of the kubeconfig, for the files of a spec. */
  readonly requestFiles: () => Promise<RequestFiles>;

  constructor({ client, taskQueue, address, by, requestFiles }: Pick<Session, 'client' | 'taskQueue' | 'address' | 'by' | 'requestFiles'>) {
    this.client = client;
    this.taskQueue = taskQueue;
    this.address = address;
    this.by = by;
    this.requestFiles = requestFiles;
  }

  /** Runs calls with one deadline for all of them. */
  async soon<T>(what: string, act: () => Promise<T>, seconds = 10): Promise<T> {
    try {
      return await this.client.connection.withDeadline(Date.now() + seconds * 1000, act);
    } catch (error) {
      throw await this.#explain(what, error, seconds);
    }
  }

  /** Runs one of the short workflows that only look. */
  async look<N extends keyof ReadOnly>(name: N, input: ReadOnly[N]['input'], seconds = 120): Promise<ReadOnly[N]['result']> {
    await this.demandWorker();
    const options = { taskQueue: this.taskQueue, workflowId: `${name}/${randomUUID()}`, workflowExecutionTimeout: '10 minutes', args: [input] } as const;
    return this.soon(name, () => this.client.workflow.execute<(input: unknown) => Promise<ReadOnly[N]['result']>>(name, options), seconds);
  }

  /** Sends an update and waits until it is done, which is at once: the run's own work goes on behind it. */
  async update(workflowId: string, name: string, payload: object): Promise<void> {
    await this.soon(`${name} ${workflowId}`, () => this.client.workflow.getHandle(workflowId).executeUpdate<void, [object]>(name, { args: [payload] }));
  }

  said(reason: string): Said {
    return { by: this.by, via: 'cli', reason };
  }

  /** Fails where no worker has asked for work lately. One that has just started is given a moment. */
  async demandWorker(): Promise<void> {
    for (let tries = 1; !(await this.hasWorker()); tries += 1) {
      if (tries === 5) throw noWorker(this.taskQueue);
      await sleep(300);
    }
  }

  /** Temporal remembers a poller for five minutes, so a true may be late. */
  async hasWorker(): Promise<boolean> {
    const { connection, options } = this.client;
    const request = { namespace: options.namespace, taskQueue: { name: this.taskQueue }, taskQueueType: workflowQueue };
    const { pollers } = await this.soon('look for workers', () => connection.workflowService.describeTaskQueue(request));
    return (pollers ?? []).length > 0;
  }

  async close(): Promise<void> {
    await this.client.connection.close();
  }

  async #explain(what: string, error: unknown, seconds: number): Promise<unknown> {
    if (error instanceof WorkflowNotFoundError)
      return new CliError(`Temporal knows no ${what.replace(/^\w+ /, '')}`, { hint: 'rehelm status lists the runs', cause: error });
    if (error instanceof WorkflowUpdateFailedError) return new CliError(`refused: ${error.cause?.message ?? error.message}`, { cause: error });
    if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError)
      return new CliError(`${what}: no worker answered in ${seconds} s; it may still be accepted when one is back`, {
        hint: 'rehelm status tells; rehelm worker starts a worker',
        cause: error,
        passing: true,
      });
    if (isGrpcDeadlineError(error))
      return new CliError(`${what}: no answer in ${seconds} s`, { hint: 'is a worker running? rehelm worker starts one', cause: error, passing: true });
    if (error instanceof Error && /UNAVAILABLE|ECONNREFUSED/.test(`${error.message} ${causeWords(error)}`)) return unreachable(this.address, error);
    return error;
  }
}

const causeWords = ({ cause }: Error): string => (cause instanceof Error ? cause.message : '');

export const unreachable = (address: string, cause: unknown) =>
  new CliError(`Temporal does not answer at ${address}`, { hint: 'set TEMPORAL_ADDRESS, or start one for a trial: rehelm dev', cause, passing: true });

export const noWorker = (taskQueue: string) =>
  new CliError(`no worker serves the task queue ${taskQueue}`, { hint: 'rehelm worker starts one; rehelm dev starts Temporal and a worker' });

/** `ada@laptop`; REHELM_BY says otherwise. */
export function whoAmI(env: NodeJS.ProcessEnv): string {
  return env['REHELM_BY'] || `${env['USER'] || env['LOGNAME'] || userInfo().username}@${hostname()}`;
}
