export interface Turn {
  /** Undefined where it may go on at once. */
  wait(): Promise<void> | undefined;
  leave(): void;
}

/** Lets so many of those under way go on; the others wait where they are. Whoever began first goes first, so that there is always one that goes. */
export class Turns {
  readonly #underWay = new Set<Turn>();
  #allowed: number;
  #changed = Promise.withResolvers<void>();

  constructor(allowed: number) {
    this.#allowed = allowed;
  }

  get allowed(): number {
    return this.#allowed;
  }

  /** At least one. */
  allow(count: number): void {
    this.#allowed = Math.max(1, count);
    this.#wake();
  }

  join(): Turn {
    const mayGo = () => [...this.#underWay].indexOf(turn) < this.#allowed;
    const untilMayGo = async () => {
      while (!mayGo()) await this.#changed.promise;
    };
    const turn: Turn = {
      wait: () => (mayGo() ? undefined : untilMayGo()),
      leave: () => {
        this.#underWay.delete(turn);
        this.#wake();
      },
    };
    this.#underWay.add(turn);
    return turn;
  }

  #wake(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
  }
}
