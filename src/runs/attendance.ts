const rememberedMilliseconds = 5000;

/** What was seen a moment ago. */
export class Lately {
  readonly #until = new Map<string, number>();

  has(who: string): boolean {
    return (this.#until.get(who) ?? 0) > Date.now();
  }

  note(who: string): void {
    for (const [each, until] of this.#until) if (until <= Date.now()) this.#until.delete(each);
    this.#until.set(who, Date.now() + rememberedMilliseconds);
  }

  forget(who: string): void {
    this.#until.delete(who);
  }
}

/** Who answered lately and who did not, so that not every look asks whether a worker is there, or waits for its deadline. Shared by all who look. */
export interface Attendance {
  readonly present: Lately;
  readonly absent: Lately;
}

export const createAttendance = (): Attendance => ({ present: new Lately(), absent: new Lately() });
