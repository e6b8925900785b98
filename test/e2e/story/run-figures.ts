import type { RunTimes } from '../../../bench/run-times.js';
import type { Report } from '../../../src/model/report.js';

/** What a story writes of a run that it saw through. Seconds; what the steps answered is left out. */
export function runFigures({ phases, steps, checks, decisions }: Report, times: RunTimes) {
  const { overheadSeconds, wallSeconds, waitingSeconds } = times;
  return {
    ...{ phases, steps: steps.map(({ result: _, ...step }) => step), checks, decisions },
    ...{ forwardSeconds: wallSeconds - waitingSeconds, overheadSeconds, times },
  };
}

/** The same as a line of the console wants it. */
export function withoutLists<T extends object>(figures: T): object {
  return Object.fromEntries(Object.entries(figures).filter(([name]) => !['phases', 'steps', 'checks', 'decisions'].includes(name)));
}
