import type { DrillResult } from '../../../../src/model/drill.js';
import { kinds, whyNotFound } from './kinds.js';
import type { LieName } from './proxy/lies.js';
import { type Facts, type Orders, type OutageMode, outageModes } from './proxy/orders.js';

/** One drill of the proxied database: what the proxies are ordered to do, and its name. */
export interface Trial {
  readonly name: string;
  readonly orders: Orders;
}

/** What came of it. */
export interface Outcome {
  readonly result: DrillResult;
  readonly facts: Facts;
}

export type Drill = (trial: Trial) => Promise<Outcome>;

export interface LiarsFound {
  readonly kinds: number;
  readonly found: number;
  readonly falseAlarms: number;
  readonly honestRuns: number;
  readonly each: readonly { readonly kind: LieName; readonly lies: number; readonly verdict: string; readonly missed?: string }[];
  /** What the drill said of the honest proxy where it was not green. */
  readonly alarms: readonly string[];
}

export interface Accuracy {
  readonly mode: OutageMode;
  /** As ordered. */
  readonly downSeconds: number;
  /** As the proxy measured it. */
  readonly trueSeconds: number;
  readonly recoverySeconds?: number;
  /** Reported minus true; absent where nothing was reported. */
  readonly errorSeconds?: number;
  readonly verdict: string;
}

export interface Measured {
  readonly liars: LiarsFound;
  readonly accuracy: readonly Accuracy[];
}

const honestRuns = 10;
const lengths = [0.7, 5, 20, 60];

const lieNames = Object.keys(kinds) as readonly LieName[];
const kebab = (name: string): string => name.replaceAll(/([A-Z]|\d+)/g, '-$1').toLowerCase();

const mostErrorSeconds = 0.5;

/** All that is not as it must be, one sentence each. */
export const missesIn = ({ liars, accuracy }: Measured): readonly string[] => [
  ...liars.each.flatMap(({ kind, missed }) => (missed === undefined ? [] : `${kind} is not found: ${missed}`)),
  ...liars.alarms.map((alarm) => `false alarm: ${alarm}`),
  ...accuracy.flatMap(({ mode, downSeconds, errorSeconds }) =>
    errorSeconds !== undefined && Math.abs(errorSeconds) <= mostErrorSeconds ? [] : `${mode} for ${downSeconds} s is measured ${errorSeconds} s off`,
  ),
];

/** In the order in which they are run. */
const trials = {
  liars: lieNames.map((lie): Trial & { readonly lie: LieName } => ({ name: `liar-${kebab(lie)}`, lie, orders: { lie } })),
  honest: Array.from({ length: honestRuns }, (_, index): Trial => ({ name: `honest-${index + 1}`, orders: {} })),
  accuracy: outageModes.flatMap((mode) =>
    lengths.map((downSeconds) => ({ name: `down-${kebab(mode)}-${downSeconds * 1000}`, mode, downSeconds, orders: { outage: { mode, downSeconds } } })),
  ),
};

const isWanted =
  (only: string | undefined) =>
  ({ name }: Trial): boolean =>
    only === undefined || name.match(only) !== null;

/** Whether there is anything to run. */
export const hasTrials = (only: string | undefined): boolean => Object.values(trials).some((each) => each.some(isWanted(only)));

type Attempted = Outcome | { readonly failed: string };

export interface TrialsOptions {
  readonly drill: Drill;
  readonly tell: (line: string) => void;
  /** Names of trials to run; all if absent. */
  readonly only?: string;
  /** After each trial: all that is known. */
  readonly write: (measured: Measured) => void;
}

/** Runs all trials one after another. A drill without a result finds nothing and is a false alarm. */
export async function runTrials({ drill, tell, only, write }: TrialsOptions): Promise<Measured> {
  const each: LiarsFound['each'][number][] = [];
  const alarms: string[] = [];
  const accuracy: Accuracy[] = [];
  let honest = 0;
  const measured = (): Measured => ({
    liars: { kinds: each.length, found: each.filter(({ missed }) => !missed).length, falseAlarms: alarms.length, honestRuns: honest, each, alarms },
    accuracy,
  });
  const run = async <T extends Trial>(wanted: readonly T[], note: (trial: T, outcome: Attempted) => string): Promise<void> => {
    for (const trial of wanted.filter(isWanted(only))) {
      const outcome = await attempt(drill, trial);
      tell(`${trial.name}: ${note(trial, outcome)}; ${said(outcome)}`);
      write(measured());
    }
  };

  await run(trials.liars, ({ lie }, outcome) => {
    const found = foundOf(lie, outcome);
    each.push(found);
    return found.missed === undefined ? 'found' : `MISSED, ${found.missed}`;
  });
  await run(trials.honest, ({ name }, outcome) => {
    honest++;
    const isGreen = 'result' in outcome && outcome.result.verdict === 'green';
    if (!isGreen) alarms.push(`${name}: ${said(outcome)}`);
    return isGreen ? 'no alarm' : 'ALARM';
  });
  await run(trials.accuracy, ({ mode, downSeconds }, outcome) => {
    accuracy.push({ mode, downSeconds, ...errorOf(outcome, downSeconds) });
    return `${accuracy.at(-1)!.errorSeconds} s off`;
  });
  return measured();
}

async function attempt(drill: Drill, trial: Trial): Promise<Attempted> {
  try {
    return await drill(trial);
  } catch (error) {
    return { failed: error instanceof Error ? error.message : String(error) };
  }
}

function foundOf(kind: LieName, outcome: Attempted): LiarsFound['each'][number] {
  if ('failed' in outcome) return { kind, lies: 0, verdict: 'none', missed: outcome.failed };
  const { facts, result } = outcome;
  const missed = whyNotFound(kind, facts.lies, result);
  return { kind, lies: facts.lies, verdict: result.verdict, ...(missed !== undefined && { missed }) };
}

const hundredths = (seconds: number): number => Math.round(seconds * 100) / 100;

/** An outage that the proxy did not make, or that the drill did not see, has no error: it is no measurement. */
function errorOf(outcome: Attempted, downSeconds: number): Omit<Accuracy, 'mode' | 'downSeconds'> {
  if ('failed' in outcome) return { trueSeconds: downSeconds, verdict: outcome.failed };
  const { recoverySeconds, verdict } = outcome.result;
  const trueSeconds = outcome.facts.outageSeconds;
  if (trueSeconds === undefined || recoverySeconds === undefined) return { trueSeconds: trueSeconds ?? 0, verdict };
  return { trueSeconds: hundredths(trueSeconds), recoverySeconds, errorSeconds: hundredths(recoverySeconds - trueSeconds), verdict };
}

function said(outcome: Attempted): string {
  if ('failed' in outcome) return outcome.failed;
  const { result, facts } = outcome;
  const { verdict, recoverySeconds, lost, recovered, unexpected, duplicates, changed, twoPrimaries, acked, attempted, latenessMs } = result;
  const figures = { recoverySeconds, lost, recovered, unexpected, duplicates, changed, ...twoPrimaries, acked, attempted, latenessMs };
  return `${verdict} ${JSON.stringify(figures)}, ${facts.lies} lies. ${result.reasons.join('; ')}`;
}
