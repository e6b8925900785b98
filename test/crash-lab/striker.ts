import type { Watcher } from './api-proxy.js';
import type { Call } from './call.js';
import { captureOf, undoOf } from './planned-step.js';
import type { Point } from './points.js';
import { type Write, WriteLog } from './write-log.js';

/** After this long without another step of the batch at its point, whoever stands still is struck alone. */
const gatherMilliseconds = 3000;
/** A worker that is asked nothing new has this long to let steps beside it come to their write. */
const restMilliseconds = 150;

interface Held {
  readonly point: Point;
  readonly release: () => void;
}

/** Watches for the points that are to be struck, and lets the call of each stand still: one kill can strike a whole batch. */
export class Striker implements Watcher {
  readonly log = new WriteLog();
  readonly #pending = new Set<Point>();
  readonly #held: Held[] = [];
  #worker = 0;
  #struck: Point[] = [];
  #lastStruck: readonly Point[] = [];
  #gathered = Promise.withResolvers<void>();
  #timer: NodeJS.Timeout | undefined;

  /** Points that are to come from now on; those armed before that did not come are forgotten. */
  arm(points: readonly Point[]): void {
    this.#pending.clear();
    this.#struck = [];
    this.#lastStruck = [];
    for (const point of points) this.#pending.add(point);
  }

  /** No point is to come any more, and what stands still goes on. */
  disarm(): void {
    this.#pending.clear();
    this.#letGo();
  }

  /** Points at which something was struck since they were armed. */
  get struck(): readonly Point[] {
    return this.#struck;
  }

  /** By the last kill. */
  get lastStruck(): readonly Point[] {
    return this.#lastStruck;
  }

  get held(): readonly Point[] {
    return this.#held.map(({ point }) => point);
  }

  /** Ends once calls stand still that can be struck together. */
  gathered(): Promise<void> {
    return this.#gathered.promise;
  }

  /** The worker is dead: what stood still never goes on. */
  strike(): void {
    this.#worker += 1;
    this.#noteStruck();
    this.#reset();
  }

  /** The worker lives: what stood still goes on. */
  release(): void {
    this.#noteStruck();
    this.#letGo();
  }

  async before(call: Call): Promise<number | undefined> {
    if (!call.writes) {
      this.log.actorOf(call);
      return undefined;
    }
    const point = this.#find((each) => this.#isBefore(each, call));
    if (point?.row === 'failure') {
      this.#pending.delete(point);
      this.#struck.push(point);
      return 403;
    }
    if (point) await this.#hold(point);
    return undefined;
  }

  async after(call: Call, status: number): Promise<void> {
    if (status < 200 || status > 299) return;
    const write = this.log.note(call, this.#worker);
    const point = write && this.#find((each) => isAfter(each, write));
    if (point) await this.#hold(point);
  }

  #find(isIt: (point: Point) => boolean): Point | undefined {
    return [...this.#pending].find(isIt);
  }

  #isBefore({ row, step }: Point, call: Call): boolean {
    const actor = this.log.actorOf(call);
    if (actor?.step !== step.id) return false;
    // Armed before the rollback began: whatever comes is the first.
    if (row === 'undo-before') return actor.activity === undoOf(step);
    if (row === 'undo-after') return actor.activity === undoOf(step) && call.name.endsWith('-undone');
    return (row === 'after' || row === 'failure' || row === 'cancel') && actor.activity === step.step && call.name.endsWith('-done');
  }

  async #hold(point: Point): Promise<void> {
    this.#pending.delete(point);
    const gate = Promise.withResolvers<void>();
    this.#held.push({ point, release: gate.resolve });
    clearTimeout(this.#timer);
    const isAlone = ![...this.#pending].some(({ step, row }) => step.batch === point.step.batch && row === point.row);
    this.#timer = setTimeout(() => this.#gathered.resolve(), isAlone ? restMilliseconds : gatherMilliseconds);
    await gate.promise;
  }

  #letGo(): void {
    for (const { release } of this.#held) release();
    this.#reset();
  }

  #noteStruck(): void {
    if (this.#held.length > 0) this.#lastStruck = this.held;
    this.#struck.push(...this.held);
  }

  #reset(): void {
    clearTimeout(this.#timer);
    this.#held.length = 0;
    this.#gathered = Promise.withResolvers<void>();
  }
}

function isAfter({ row, step, write: after, makers }: Point, write: Write): boolean {
  if (!makers.includes(write.step)) return false;
  if (row === 'before') return write.activity === captureOf(step) && write.name.endsWith('-begun');
  const activity = row === 'middle' ? step.step : row === 'undo-middle' ? undoOf(step) : undefined;
  return write.activity === activity && write.name === after?.name && write.nth === after.nth;
}
