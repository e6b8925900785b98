import { setTimeout as sleep } from 'node:timers/promises';
import type { Report } from '../model/report.js';
import { showSeconds } from '../render/words.js';
import { isPassing } from '../runs/is-passing.js';
import type { Runs } from '../runs/runs.js';
import { Progress } from './render/progress.js';
import type { Terminal } from './terminal.js';

export interface FollowOptions {
  /** Give up looking after this time; the run goes on. */
  readonly waitSeconds?: number;
  /** Asked each time a gate waits; true where the approval was given or the gate is left to others. */
  readonly onGate?: (report: Report) => Promise<boolean>;
  /** What is looked for: the run goes on from there without us. */
  readonly until?: (report: Report) => boolean;
}

/** How the look at a run ended. `left`: it goes on without us. */
export type Followed = { readonly ended: Report } | { readonly left: Report | undefined; readonly because: 'interrupted' | 'waited' | 'declined' | 'reached' };

const everyMilliseconds = 500;
const quietMilliseconds = 15_000;

/** Tells on standard error how a run goes until it ends, and answers its report. A failed run throws its failure. Temporal or worker away: it says so, and goes on looking. */
export async function follow(runs: Runs, terminal: Terminal, workflowId: string, options: FollowOptions = {}): Promise<Followed> {
  const until = Date.now() + (options.waitSeconds ?? Number.POSITIVE_INFINITY) * 1000;
  const looking = new Looking(runs, terminal, workflowId);
  const offer = new Offer(options.onGate);
  while (!terminal.interrupted.aborted) {
    const ended = await looking.once();
    if (ended) return { ended };
    const because = (await reasonToLeave(looking.last, options, offer, terminal)) ?? (Date.now() > until ? 'waited' : undefined);
    if (because) return { left: looking.last, because };
    await sleep(everyMilliseconds, undefined, { signal: terminal.interrupted }).catch(() => undefined);
  }
  return { left: looking.last, because: 'interrupted' };
}

async function reasonToLeave(last: Report | undefined, options: FollowOptions, offer: Offer, terminal: Terminal) {
  if (last && options.until?.(last)) return 'reached';
  return (await offer.declined(last)) ? declinedBecause(terminal) : undefined;
}

/** Ctrl-C at the prompt is no answer. */
const declinedBecause = ({ interrupted }: Terminal) => (interrupted.aborted ? 'interrupted' : 'declined');

/** Offers each gate once; again when its plan has changed. */
class Offer {
  readonly #onGate: FollowOptions['onGate'];
  #offered = '';

  constructor(onGate: FollowOptions['onGate']) {
    this.#onGate = onGate;
  }

  async declined(report: Report | undefined): Promise<boolean> {
    if (!report || report.gate === undefined || !this.#onGate) return false;
    const key = `${report.gate} ${report.plan}`;
    if (key === this.#offered) return false;
    this.#offered = key;
    return !(await this.#onGate(report));
  }
}

/** Looks at one workflow again and again. */
class Looking {
  last: Report | undefined;
  readonly #runs: Runs;
  readonly #terminal: Terminal;
  readonly #workflowId: string;
  readonly #progress: Progress;
  #heard = Date.now();
  #complained = false;

  constructor(runs: Runs, terminal: Terminal, workflowId: string) {
    this.#runs = runs;
    this.#terminal = terminal;
    this.#workflowId = workflowId;
    this.#progress = new Progress(workflowId, terminal.colors);
  }

  /** The report of a run that has ended. */
  async once(): Promise<Report | undefined> {
    try {
      return await this.#look();
    } catch (error) {
      if (!isPassing(error)) throw error;
      this.#complain(error.message);
      return undefined;
    }
  }

  async #look(): Promise<Report | undefined> {
    const { open, report } = await this.#runs.see(this.#workflowId);
    this.#heard = Date.now();
    this.#complained = false;
    this.#tell(report);
    return open ? undefined : report;
  }

  #tell(report: Report): void {
    this.last = report;
    for (const line of this.#progress.news(report)) this.#terminal.say(line);
    this.#terminal.live(report.endedAt === undefined ? this.#progress.now(report, Date.now()) : '');
  }

  #complain(why: string): void {
    if (this.#complained || Date.now() - this.#heard < quietMilliseconds) return;
    this.#complained = true;
    this.#terminal.say(
      this.#terminal.colors.yellow(
        `nothing heard for ${showSeconds((Date.now() - this.#heard) / 1000)}: ${why}. Still looking; the run goes on when Temporal and a worker are there.`,
      ),
    );
  }
}
