import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Client,
  isGrpcDeadlineError,
  type WorkflowExecutionDescription,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { failure, isFailure } from '../errors.js';
import { type Attendance, createAttendance } from './attendance.js';

export interface Temporal {
  readonly client: Client;
  readonly taskQueue: string;
  readonly address: string;
  /** Told of every call: its verb, and `ok` or its failure. */
  readonly called?: (call: string, outcome: string) => void;
  /** One of its own where it is not said. */
  readonly attendance?: Attendance;
}

/** As gRPC says that a call was sent, and its connection lost: who knows what became of it. */
const cutOff = /RST_STREAM|Call ended without gRPC status|Connection dropped|CANCELLED: Call cancelled/;

/** Temporal's TASK_QUEUE_TYPE_WORKFLOW */
const workflowQueue = 1;

/** Calls of Temporal: none waits longer than its deadline, and what fails is a failure of the catalogue. */
export class TemporalCalls {
  readonly #temporal: Temporal;
  readonly #attendance: Attendance;

  constructor(temporal: Temporal) {
    this.#temporal = temporal;
    this.#attendance = temporal.attendance ?? createAttendance();
  }

  /** Runs calls with one deadline for all of them. `what` is a verb and its object: `approve migrate/shop/web`. */
  async soon<T>(what: string, act: () => Promise<T>, seconds = 10): Promise<T> {
    try {
      const answer = await this.#temporal.client.connection.withDeadline(Date.now() + seconds * 1000, act);
      this.#tell(what, 'ok');
      return answer;
    } catch (error) {
      const told = this.#explain(what, error, seconds);
      this.#tell(what, told instanceof ApplicationFailure ? (told.type ?? 'failed') : 'failed');
      throw told;
    }
  }

  /** The same for what only reads: once more where the connection was lost, or Temporal, which is busy, has given the call up. */
  async read<T>(what: string, act: () => Promise<T>): Promise<T> {
    try {
      return await this.soon(what, act);
    } catch (error) {
      if (!isFailure(error, 'NoAnswer') || isGrpcDeadlineError(error.cause)) throw error;
      return this.soon(what, act);
    }
  }

  /** The same for what changes something: without an answer in time nobody knows whether it was done. */
  async send<T>(what: string, act: () => Promise<T>): Promise<T> {
    try {
      return await this.soon(what, act);
    } catch (error) {
      if (!isFailure(error, 'NoAnswer')) throw error;
      throw failure('OutcomeUnknown', `${error.message}; it may have been done`, { cause: error });
    }
  }

  /** A worker that cannot answer today may be replaced by one that can. */
  async query<T>(workflowId: string, name: string, input?: object): Promise<T> {
    try {
      return await this.soon(
        `look at ${workflowId}`,
        () => this.#temporal.client.workflow.getHandle(workflowId).query<T, [object?]>(name, ...(input ? [input] : [])),
        5,
      );
    } catch (error) {
      throw error instanceof ApplicationFailure ? error : failure('NoAnswer', error instanceof Error ? error.message : String(error), { cause: error });
    }
  }

  /** The newest execution of the workflow, or this one. Needs no worker; undefined where Temporal knows no such workflow. */
  describe(workflowId: string, runId?: string): Promise<WorkflowExecutionDescription | undefined> {
    return this.read(`describe ${workflowId}`, async () => {
      try {
        return await this.#temporal.client.workflow.getHandle(workflowId, runId).describe();
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return undefined;
        throw error;
      }
    });
  }

  /** What needs a worker; where `who` does not answer, what can be told without. What that cannot tell either is told as NoWorker, or as it is. */
  async orWithout<T>(who: string, look: () => Promise<T>, without: () => Promise<T>): Promise<T> {
    if (this.#attendance.absent.has(who)) return without();
    try {
      return await look();
    } catch (error) {
      if (!isFailure(error, 'NoWorker', 'NoAnswer')) throw error;
      this.#attendance.absent.note(who);
      this.#attendance.present.forget(who);
      return without();
    }
  }

  /** NoWorker where none has asked for work lately. One that has just started is given a moment. */
  async demandWorker(): Promise<void> {
    const { taskQueue } = this.#temporal;
    if (this.#attendance.present.has(taskQueue)) return;
    for (let tries = 1; !(await this.hasWorker()); tries += 1) {
      if (tries === 5) throw failure('NoWorker', `no worker serves the task queue ${taskQueue}`);
      await sleep(300);
    }
    this.#attendance.present.note(taskQueue);
  }

  /** Temporal remembers a poller for five minutes, so a true may be late. */
  async hasWorker(): Promise<boolean> {
    const { client, taskQueue } = this.#temporal;
    const request = { namespace: client.options.namespace, taskQueue: { name: taskQueue }, taskQueueType: workflowQueue };
    const { pollers } = await this.soon('look for workers', () => client.connection.workflowService.describeTaskQueue(request));
    return (pollers ?? []).length > 0;
  }

  /** The verb alone: what it is about is a run's name. */
  #tell(what: string, outcome: string): void {
    this.#temporal.called?.(what.split(' ')[0] ?? what, outcome);
  }

  #explain(what: string, error: unknown, seconds: number): unknown {
    if (error instanceof WorkflowNotFoundError) return failure('UnknownRun', `Temporal knows no ${what.replace(/^\w+( at)? /, '')}`, { cause: error });
    if (error instanceof WorkflowUpdateFailedError) return refusalOf(what, error);
    if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError)
      return failure('OutcomeUnknown', `${what}: no worker answered in ${seconds} s; it may still be accepted when one is back`, { cause: error });
    if (isGrpcDeadlineError(error)) return failure('NoAnswer', `${what}: no answer in ${seconds} s`, { cause: error });
    if (error instanceof Error && cutOff.test(`${error.message} ${causeWords(error)}`))
      return failure('NoAnswer', `${what}: the connection to Temporal was lost before it answered`, { cause: error });
    if (error instanceof Error && /UNAVAILABLE|ECONNREFUSED/.test(`${error.message} ${causeWords(error)}`)) return away(this.#temporal.address, error);
    return error;
  }
}

/** What the workflow refused it with. Temporal refuses by itself what a worker lost before the workflow saw it. */
function refusalOf(what: string, error: WorkflowUpdateFailedError): unknown {
  const { cause } = error;
  if (!(cause instanceof ApplicationFailure)) return error;
  if (cause.type === 'UnprocessedUpdate') return failure('NoAnswer', `${what}: the worker lost it, and nothing was done`, { cause: error });
  return cause;
}

const causeWords = ({ cause }: Error): string => (cause instanceof Error ? cause.message : '');

export const away = (address: string, cause: unknown) => failure('TemporalAway', `Temporal does not answer at ${address}`, { cause });
