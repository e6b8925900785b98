import type { Measured } from './measure.js';
import type { MongoBench } from './mongo.js';
import type { WorkerMemory } from './worker-memory.js';

/** out/bench/copy.json. */
export interface CopyBench {
  readonly at: string;
  readonly commit: string;
  /** Of the machine at the end, over 1, 5 and 15 minutes. */
  readonly load: readonly number[];
  readonly mebibytes: number;
  readonly throttle: { readonly roundTripMs: number; readonly bytesPerSecond: number; readonly copierConnections: number };
  readonly postgres: Readonly<Partial<Record<CopyPart, Measured>>>;
  readonly copierPeakMiB?: number;
  /** Of the larger copy. */
  readonly workerPeakMiB?: number;
  readonly workers?: readonly WorkerMemory[];
  readonly mongodb?: MongoBench;
}

export const copyParts = ['oneTable', 'twentyTables', 'throttled'] as const;
export type CopyPart = (typeof copyParts)[number];

type Bar = readonly [what: string, figure: number, bar: number, sense: 'least' | 'most', unit: string];

function barsOf(part: CopyPart, { copySeconds, verifySeconds, pipeSeconds, dumpRestoreSeconds }: Measured): readonly Bar[] {
  if (part === 'throttled') {
    return [
      [`${part}: pipe / copy`, pipeSeconds / copySeconds, 3, 'least', '×'],
      [`${part}: pipe / copy with verification`, pipeSeconds / (copySeconds + verifySeconds), 2, 'least', '×'],
    ];
  }
  return [
    [`${part}: pipe / copy`, pipeSeconds / copySeconds, 1, 'least', '×'],
    [`${part}: dump and restore / copy`, dumpRestoreSeconds / copySeconds, 1.4, 'least', '×'],
    [`${part}: verification / copy`, verifySeconds / copySeconds, 1, 'most', '×'],
  ];
}

/** A worker that held what it copies would grow with it. */
function flatness(workers: CopyBench['workers']): readonly Bar[] {
  const [small, large] = [workers?.[0], workers?.at(-1)];
  if (!small || !large) return [];
  return [[`worker: peak at ${large.copiedMiB} MiB / at ${small.copiedMiB} MiB`, large.peakMiB / small.peakMiB, 1.2, 'most', '×']];
}

/** The figures beside their bars. A bar that is missed is said, not failed: a benchmark is no test. */
export function copyTable({ postgres, copierPeakMiB, workers, mongodb, load }: CopyBench): string {
  const parts = copyParts.flatMap((part) => {
    const measured = postgres[part];
    return measured ? [{ part, measured }] : [];
  });
  const times = parts.map(({ part, measured: { copySeconds, verifySeconds, pipeSeconds, dumpRestoreSeconds } }) => {
    const figures = { copy: copySeconds, verify: verifySeconds, pipe: pipeSeconds, 'dump and restore': dumpRestoreSeconds };
    return `${part.padEnd(14)} ${Object.entries(figures)
      .map(([name, seconds]) => `${name} ${seconds.toFixed(1)} s`)
      .join(', ')}`;
  });
  const bars: readonly Bar[] = [
    ...parts.flatMap(({ part, measured }) => barsOf(part, measured)),
    ...(copierPeakMiB === undefined ? [] : [['copier: most memory', copierPeakMiB, 256, 'most', ' MiB'] as const]),
    ...flatness(workers),
    ...(mongodb ? [['mongodb: copy / slower of scan and insert', mongodb.ratio, 0.7, 'least', '×'] as const] : []),
  ];
  const line = ([what, figure, bar, sense, unit]: Bar) => {
    const met = sense === 'least' ? figure >= bar : figure <= bar;
    return `${what.padEnd(42)} ${figure.toFixed(2).padStart(7)}${unit}   ${met ? 'within' : 'MISSES'} ${sense === 'least' ? '≥' : '≤'} ${bar}${unit}`;
  };
  const mongoTimes = mongodb
    ? [`mongodb        copy ${mongodb.documentsPerSecond} documents/s, scan ${mongodb.scanDocumentsPerSecond}, insert ${mongodb.insertDocumentsPerSecond}`]
    : [];
  return [...times, ...mongoTimes, ...bars.map(line), `machine load ${load.map((each) => each.toFixed(1)).join(' ')}`].join('\n');
}
