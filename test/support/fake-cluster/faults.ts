/** Which change: its line, a pattern of it, or a test of it. */
export type Match = string | RegExp | ((change: string) => boolean);

/** A call that stands still until it is let go. */
export interface Hang {
  /** Answers the change once a call has come there. */
  readonly reached: Promise<string>;
  release(): void;
}

/** Faults that tests ask for. *After* is the worst moment: the change is made and nobody hears of it. */
export interface Faults {
  /** The change is made, then the call fails as Unreachable; `times` (1) such calls. */
  failAfter(match: Match, times?: number): void;
  /** The call fails as Unreachable and nothing is changed; `times` (1) such calls. */
  failBefore(match: Match, times?: number): void;
  /** The change is made, then the first such call stands still. */
  hangAfter(match: Match): Hang;
  /** The first such call stands still before its change; let go, it meets the world as it is then. */
  hangBefore(match: Match): Hang;
  /** Takes away every fault not met yet, and lets go what hangs. */
  clearFaults(): void;
}

export type When = 'before' | 'after';

export class Broken extends Error {}

interface Fault {
  readonly when: When;
  readonly match: Match;
  left: number;
  meet(change: string): Promise<void>;
}

const matches = (match: Match, change: string): boolean =>
  typeof match === 'string' ? change === match : match instanceof RegExp ? match.test(change) : match(change);

export function createFaults(): Faults & { meet(when: When, change: string): Promise<void> } {
  let faults: Fault[] = [];
  const gates = new Set<() => void>();

  const fail = (when: When, match: Match, times: number): void => {
    faults.push({ when, match, left: times, meet: () => Promise.reject(new Broken('the connection broke')) });
  };
  const hang = (when: When, match: Match): Hang => {
    const reached = Promise.withResolvers<string>();
    const gate = Promise.withResolvers<void>();
    gates.add(gate.resolve);
    faults.push({
      when,
      match,
      left: 1,
      meet: (change) => {
        reached.resolve(change);
        return gate.promise;
      },
    });
    return { reached: reached.promise, release: gate.resolve };
  };

  return {
    failAfter: (match, times = 1) => fail('after', match, times),
    failBefore: (match, times = 1) => fail('before', match, times),
    hangAfter: (match) => hang('after', match),
    hangBefore: (match) => hang('before', match),
    clearFaults: () => {
      faults = [];
      for (const open of gates) open();
      gates.clear();
    },
    meet: async (when, change) => {
      const fault = faults.find((each) => each.when === when && each.left > 0 && matches(each.match, change));
      if (fault === undefined) return;
      fault.left -= 1;
      await fault.meet(change);
    },
  };
}
