import { performance } from 'node:perf_hooks';
import type { Info } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import type { Logger } from 'pino';
import { isFailure } from '../errors.js';
import type { Act } from '../model/act.js';
import { redactText } from './redact.js';

/** One line per step done, undone or failed; the engine's own bookkeeping is for `debug`. */
export function stepLog(logger: Logger): ActivityInterceptorsFactory {
  return ({ info }) => ({
    inbound: {
      async execute(input, next) {
        const line = new Line(info, input.args.find(isAct));
        try {
          const result = await next(input);
          logger[line.level](line.facts(), line.done);
          return result;
        } catch (error) {
          logger[isRefusal(error) ? 'info' : 'warn']({ ...line.facts(), ...typeOf(error) }, `${line.subject}: ${wordsOf(error)}`);
          throw error;
        }
      },
    },
  });
}

class Line {
  readonly #started = performance.now();
  readonly #info: Info;
  readonly #act: Act | undefined;

  constructor(info: Info, act: Act | undefined) {
    this.#info = info;
    this.#act = act;
  }

  get level(): 'info' | 'debug' {
    return this.#act && !this.#info.activityType.startsWith('capture') ? 'info' : 'debug';
  }

  get subject(): string {
    return this.#act?.step ?? this.#info.activityType;
  }

  get done(): string {
    return `${this.subject}: ${this.#act?.undo ? 'undone' : 'done'}`;
  }

  facts(): Readonly<Record<string, unknown>> {
    const { activityType, workflowExecution, attempt } = this.#info;
    const run = this.#act && { run: this.#act.run };
    return { activity: activityType, ...run, workflow: workflowExecution?.workflowId, attempt, seconds: Math.round(performance.now() - this.#started) / 1000 };
  }
}

const isAct = (argument: unknown): argument is Act =>
  typeof argument === 'object' && argument !== null && 'run' in argument && 'epoch' in argument && 'step' in argument;

/** A user's input is refused: nothing for who runs the worker. */
const isRefusal = (error: unknown) => isFailure(error, 'InvalidSpec', 'PreflightFailed', 'WrongMoment', 'RunInProgress', 'WouldLoseData');
const typeOf = (error: unknown) => (error instanceof ApplicationFailure && error.type ? { failure: error.type } : {});
const wordsOf = (error: unknown) => redactText(error instanceof Error ? error.message : String(error));
