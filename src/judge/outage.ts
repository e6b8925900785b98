import { isInTime, lateMs, latencyOf, percentile, type Write } from './writes.js';

/** So many acknowledged writes in a row, and users have their service back. */
const inARow = 10;
/** A write that took this much longer than the steady minute's slowest hundredth is disturbed, and never one below `leastSlowMs`. */
const slowTimes = 4;
const leastSlowMs = 250;
/** How long the service must be as before to count as such, in milliseconds. */
const baselineMs = 30_000;
const baselineStepMs = 1000;
const baselineTimes = 2;

export interface Outage {
  /** When the first disturbed write was due. */
  readonly from: number;
  /** When the first of ten acknowledged in a row was acknowledged; absent where that never came. */
  readonly to?: number;
}

/** Of the steady time before the fault: what later writes are held against. */
export interface Steady {
  readonly p99Ms: number;
  readonly errorRate: number;
}

export function steadyOf(writes: readonly Write[]): Steady {
  return { p99Ms: percentile(writes.map(latencyOf), 0.99), errorRate: errorRateOf(writes) };
}

export const errorRateOf = (writes: readonly Write[]): number => (writes.length === 0 ? 0 : writes.filter((write) => !isInTime(write)).length / writes.length);

/** The first outage that the fault caused: writes that were under way when it came count, too. Undefined where users saw nothing. */
export function outageOf(writes: readonly Write[], faultAt: number, { p99Ms }: Steady): Outage | undefined {
  const slowMs = Math.min(lateMs, Math.max(leastSlowMs, slowTimes * p99Ms));
  const isDisturbed = (write: Write) => latencyOf(write) >= slowMs && (write.ack?.at ?? Number.POSITIVE_INFINITY) > faultAt;
  const first = writes.findIndex((write) => write.due > faultAt - lateMs && isDisturbed(write));
  if (first < 0) return undefined;
  const from = writes[first]!.due;
  for (let index = first, run = 0; index < writes.length; index++) {
    run = isInTime(writes[index]!) ? run + 1 : 0;
    if (run === inARow) return { from, to: writes[index - inARow + 1]!.ack!.at };
  }
  return { from };
}

/** When the first 30 s began in which the service was as before the fault; undefined where there were none. */
export function baselineAt(writes: readonly Write[], from: number, until: number, steady: Steady): number | undefined {
  for (let at = from; at + baselineMs <= until; at += baselineStepMs) {
    const inside = writes.filter(({ due }) => due >= at && due < at + baselineMs);
    const now = steadyOf(inside);
    const asBefore = now.p99Ms <= Math.max(steady.p99Ms * baselineTimes, leastSlowMs / 2) && now.errorRate <= steady.errorRate * baselineTimes;
    if (inside.length > 0 && asBefore) return at;
  }
  return undefined;
}
