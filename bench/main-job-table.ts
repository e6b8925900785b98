import type { RunTimes } from './run-times.js';

/** out/bench/main-job.json. */
export interface MainJobBench {
  readonly at: string;
  readonly commit: string;
  /** Of the machine at the end, over 1, 5 and 15 minutes: the figures are those of a machine this busy. */
  readonly load: readonly number[];
  readonly documents: number;
  /** Of the plan. */
  readonly steps: number;
  readonly run: RunTimes;
  readonly overheadSeconds: number;
  /** As many activities that do nothing, one after another, on the same server. */
  readonly bareActivitiesSeconds: number;
  /** Whole runs that hand three volumes over, of 10 MiB and 10 GiB each. */
  readonly rebind: { readonly smallSeconds: number; readonly largeSeconds: number };
}

/** The figures beside their bars. A bar that is missed is said, not failed: a benchmark is no test. */
export function table({ steps, run, overheadSeconds, bareActivitiesSeconds, rebind, load, documents }: MainJobBench): string {
  const rows: readonly (readonly [what: string, seconds: number, bar?: number])[] = [
    [`run of ${steps} steps, ${documents} documents`, run.wallSeconds],
    [`  ${run.activities} activities execute`, run.executingSeconds],
    ['  waits for people', run.waitingSeconds],
    ['  orchestration overhead', overheadSeconds, Math.min(10, 1.5 * bareActivitiesSeconds)],
    [`${run.activities} activities that do nothing`, bareActivitiesSeconds],
    ['3 volumes of 10 MiB handed over', rebind.smallSeconds, 20],
    ['3 volumes of 10 GiB handed over', rebind.largeSeconds, 20],
  ];
  const line = ([what, seconds, bar]: (typeof rows)[number]) =>
    `${what.padEnd(38)} ${seconds.toFixed(1).padStart(7)} s${bar === undefined ? '' : `   ${seconds <= bar ? 'within' : 'MISSES'} ${bar.toFixed(1)} s`}`;
  const retried = run.retries > 0 ? [`${run.retries} attempts were repeated: their time is counted as overhead`] : [];
  return [...rows.map(line), ...retried, `machine load ${load.map((each) => each.toFixed(1)).join(' ')}`].join('\n');
}
