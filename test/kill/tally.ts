import type { StruckCopy } from './series.js';
import type { Engine } from './servers.js';
import { bytesUnderWay } from './spec.js';

/** What the strikes of one engine came to. */
export interface Tally {
  readonly engine: Engine;
  readonly workerKills: number;
  readonly copierKills: number;
  /** Of source, target and Temporal together. */
  readonly restarts: number;
  readonly copies: number;
  /** Copies that were not equal to their source at the end, or had none. */
  readonly unequal: number;
  readonly failures: readonly string[];
  readonly bytesCopiedTwiceAfterWorkerKill: number;
  /** Of the pod that lost most. */
  readonly mostBytesCopiedTwiceAfterCopierKill: number;
  /** Connections × unit: what a pod had under way. */
  readonly bytesUnderWay: number;
  readonly maxReattachSeconds: number;
  readonly medianReattachSeconds: number;
  /** A Job should outlive its worker. */
  readonly jobsReplacedByWorkerKill: number;
}

export interface Struck {
  readonly worker: readonly StruckCopy[];
  readonly copier: readonly StruckCopy[];
  readonly restart: readonly StruckCopy[];
}

const most = (numbers: readonly number[]): number => Math.max(0, ...numbers);
const strikesOf = (copies: readonly StruckCopy[]) => copies.flatMap(({ struck }) => struck);

export function tallyOf(engine: Engine, { worker, copier, restart }: Struck): Tally {
  const copies = [...worker, ...copier, ...restart];
  const seconds = strikesOf(worker)
    .flatMap(({ reattachSeconds }) => reattachSeconds ?? [])
    .toSorted((a, b) => a - b);
  return {
    engine,
    workerKills: strikesOf(worker).length,
    copierKills: strikesOf(copier).length,
    restarts: strikesOf(restart).length,
    copies: copies.length,
    unequal: copies.filter(({ equal }) => !equal).length,
    failures: copies.flatMap(({ failure }) => failure ?? []),
    bytesCopiedTwiceAfterWorkerKill: worker.reduce((sum, { bytesCopiedTwice }) => sum + bytesCopiedTwice, 0),
    mostBytesCopiedTwiceAfterCopierKill: most(copier.map(({ mostBytesOfOnePod }) => mostBytesOfOnePod)),
    bytesUnderWay,
    maxReattachSeconds: most(seconds),
    medianReattachSeconds: seconds[Math.floor(seconds.length / 2)] ?? 0,
    jobsReplacedByWorkerKill: strikesOf(worker).filter(({ jobReplaced }) => jobReplaced).length,
  };
}

const reattachBarSeconds = 25;

/** One sentence for each bar that was missed. */
export function missedBars(tally: Tally, wish: { readonly workerKills: number; readonly copierKills: number; readonly restarts: number }): readonly string[] {
  const { engine, workerKills, copierKills, restarts, unequal } = tally;
  const bars: readonly (readonly [boolean, string])[] = [
    [workerKills >= wish.workerKills, `${workerKills} kills of the worker instead of ${wish.workerKills}`],
    [copierKills >= wish.copierKills, `${copierKills} kills of the copier instead of ${wish.copierKills}`],
    [restarts >= wish.restarts * 3, `${restarts} restarts instead of ${wish.restarts * 3}`],
    [unequal === 0, `${unequal} copies did not end equal to their source`],
    [tally.bytesCopiedTwiceAfterWorkerKill === 0, `${tally.bytesCopiedTwiceAfterWorkerKill} bytes copied twice after kills of the worker`],
    [
      tally.mostBytesCopiedTwiceAfterCopierKill <= tally.bytesUnderWay,
      `${tally.mostBytesCopiedTwiceAfterCopierKill} bytes copied twice after a kill of the copier`,
    ],
    [tally.maxReattachSeconds <= reattachBarSeconds, `re-attached after ${tally.maxReattachSeconds} s`],
    [tally.jobsReplacedByWorkerKill === 0, `${tally.jobsReplacedByWorkerKill} Jobs were replaced because a worker died`],
  ];
  return bars.flatMap(([met, text]) => (met ? [] : [`${engine}: ${text}`]));
}
