/** One number of readers. */
export interface ApiPoint {
  readonly viewers: number;
  readonly listP99Ms: number;
  readonly eventP99Ms: number;
  readonly lostEvents: number;
  /** Requests of the API process over the wire. */
  readonly temporalCallsPerSecond: number;
  /** Of the API process, over the measured time (`growthOf`). */
  readonly rssGrowthMiB: number;
  /** Of one core, in the API process. */
  readonly cpuPercent: number;
  /** Of the machine's time, what its host gave to others meanwhile. */
  readonly stolenPercent: number;
  /** Lists and events that were measured, and lists that were not answered 200. */
  readonly lists: number;
  readonly events: number;
  readonly failures: number;
  readonly reconnects: number;
}

export const bars = { listP99Ms: 150, eventP99Ms: 1000, lostEvents: 0, temporalCallsPerSecond: 10, callsSpread: 0.2, rssGrowthMiB: 32 } as const;

/** Where the host took more than this of the machine, latencies say nothing about the API. */
export const mostStolenPercent = 3;

/** The smallest value that at least 99 % of all are not above. NaN of none. */
export function p99(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * 0.99) - 1)] ?? Number.NaN;
}

/** How much higher the floor of the last third lies than that of the first: what lies above it between two collections is no growth. NaN of fewer than 3. */
export function growthOf(samples: readonly number[]): number {
  const third = Math.floor(samples.length / 3);
  return third === 0 ? Number.NaN : Math.min(...samples.slice(-third)) - Math.min(...samples.slice(0, third));
}

/** Every bar that is missed, in words; empty: all are met. What was not measured misses. */
export function missedBars(points: readonly ApiPoint[]): readonly string[] {
  const each = points.flatMap((point) => {
    const names = ['listP99Ms', 'eventP99Ms', 'lostEvents', 'temporalCallsPerSecond', 'rssGrowthMiB'] as const;
    const over = names.flatMap((name) => (point[name] <= bars[name] ? [] : [`${point.viewers} viewers: ${name} is ${point[name]}, the bar is ${bars[name]}`]));
    const empty = point.lists > 0 && point.events > 0 && point.temporalCallsPerSecond > 0 ? [] : [`${point.viewers} viewers: nothing was measured`];
    const failed = point.failures === 0 ? [] : [`${point.viewers} viewers: ${point.failures} lists were not answered`];
    return [...over, ...empty, ...failed];
  });
  const calls = points.map(({ temporalCallsPerSecond }) => temporalCallsPerSecond);
  const spread = Math.max(...calls) / Math.min(...calls) - 1;
  return spread <= bars.callsSpread ? each : [...each, `Temporal calls differ by ${Math.round(spread * 100)} % between points, the bar is 20 %`];
}

export function table(points: readonly ApiPoint[], missed: readonly string[], load: readonly number[]): string {
  const row = (cells: readonly (string | number)[]) => cells.map((cell) => String(cell).padStart(10)).join('');
  const head = row(['viewers', 'list p99', 'event p99', 'lost', 'calls/s', 'rss MiB', 'cpu %', 'stolen %', 'lists', 'events']);
  const rows = points.map((point) =>
    row([
      point.viewers,
      `${point.listP99Ms} ms`,
      `${point.eventP99Ms} ms`,
      point.lostEvents,
      point.temporalCallsPerSecond,
      point.rssGrowthMiB,
      point.cpuPercent,
      point.stolenPercent,
      point.lists,
      point.events,
    ]),
  );
  const outcome = missed.length === 0 ? ['every bar is met'] : missed.map((each) => `MISSES ${each}`);
  return [head, ...rows, ...outcome, `machine load ${load.map((each) => each.toFixed(1)).join(' ')}`].join('\n');
}
