import { CancellationScope, setHandler } from '@temporalio/workflow';
import type { RunPhase } from '../../model/report.js';
import type { Desk } from './desk.js';
import { pause, readGoBack, readPause, refuse, rollback, type Taken, takenOf } from './messages.js';

const steerable: readonly RunPhase[] = ['Planning', 'AwaitingApproval', 'Running', 'Parked'];

/** What a person wants of a run unasked: to pause it, or to take it back. Either ends the steps that run, where they heed it. */
export class Steering {
  readonly #desk: Desk;
  readonly #phase: () => RunPhase;
  readonly #committed: () => boolean;
  #running: CancellationScope | undefined;
  #pause: string | undefined;
  #back: string | undefined;

  /** Made before the first await, inside the root scope. */
  constructor(desk: Desk, phase: () => RunPhase, committed: () => boolean) {
    this.#desk = desk;
    this.#phase = phase;
    this.#committed = committed;
    setHandler(pause, (payload) => this.#onPause(readPause(payload), takenOf(payload)), {
      description: 'End the running step, then wait. Example: {"by":"ada@example.com","reason":"phone call from the data centre"}',
      validator: (payload) => {
        readPause(payload);
        this.#checkPhase('paused');
      },
    });
    setHandler(rollback, (payload) => this.#goBack(readGoBack(payload), takenOf(payload)), {
      description:
        'End the running step, then take everything back, newest first. Example: {"by":"ada@example.com","reason":"window is over"}; after the commit also "acceptDataLoss":true',
      validator: (payload) => this.#checkRollback(readGoBack(payload)),
    });
    CancellationScope.current().cancelRequested.catch(() => this.#interrupt('Cancel was requested'));
  }

  /** Somebody wants something: whoever waits should stop waiting. */
  get wanted(): boolean {
    return this.#pause !== undefined || this.#back !== undefined;
  }

  /** Why the run shall go back, if it shall. */
  get back(): string | undefined {
    return this.#back;
  }

  /** Why the run shall pause; asked once, it is taken. */
  takePause(): string | undefined {
    const why = this.#pause;
    this.#pause = undefined;
    return why;
  }

  /** Runs it in a scope that a pause or a rollback cancels. */
  async heeding<T>(body: () => Promise<T>): Promise<T> {
    this.#running = new CancellationScope();
    try {
      return await this.#running.run(body);
    } finally {
      this.#running = undefined;
    }
  }

  #onPause({ by, reason, via }: ReturnType<typeof readPause>, taken: Taken | undefined): Taken | undefined {
    this.#desk.record({ question: 'pause', by, via, choice: 'pause', reason });
    this.#interrupt(`${by}: ${reason}`);
    return taken;
  }

  #goBack(request: ReturnType<typeof readGoBack>, taken: Taken | undefined): Taken | undefined | Promise<Taken | undefined> {
    const act = () => this.#onRollback(request, taken);
    if (!this.#committed()) return act();
    const second = { verb: 'rollback', about: 'acceptDataLoss', plan: '', said: request, question: 'rollback' } as const;
    return this.#desk.second(second, () => this.#checkRollback(request), act);
  }

  #onRollback({ by, reason, via }: ReturnType<typeof readGoBack>, taken: Taken | undefined): Taken | undefined {
    this.#desk.record({ question: 'rollback', by, via, choice: 'rollback', reason });
    this.#back = `${by}: ${reason}`;
    this.#running?.cancel();
    return taken;
  }

  #interrupt(why: string): void {
    this.#pause = why;
    this.#running?.cancel();
  }

  #checkPhase(done: string): void {
    if (!steerable.includes(this.#phase())) throw refuse(`a run that is ${this.#phase()} cannot be ${done} this way`);
  }

  #checkRollback({ acceptDataLoss }: ReturnType<typeof readGoBack>): void {
    this.#checkPhase('rolled back');
    const open = this.#desk.question;
    if (open?.choices.includes('rollback')) throw refuse(`question ${open.number} waits: answer it with rollback`);
    if (this.#committed() && !acceptDataLoss)
      throw refuse('the target takes writes since the commit, and they would be lost. Say "acceptDataLoss":true if that is meant');
  }
}
