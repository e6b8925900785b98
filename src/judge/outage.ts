import { isInTime, lateMs, latencyOf, percentile, type Write } from './writes.js';

/** So many acknowledged writes in a row, and users have their service back. */
const inARow = 10;
/** A write that took this much longer than the steady minute's slowest hundredth is disturbed, and never one below `leastSlowMs`. */
const slowTimes = 4;
const leastSlowMs = 250;
/** A service that comes back for less than this was not back: two outages around it are one. Milliseconds. */
const breathMs = 5000;
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

/** Every outage since the fault: writes that were under way when it came count, too. None where users saw nothing. */
export function outagesOf(writes: readonly Write[], faultAt: number, { p99Ms }: Steady): readonly Outage[] {
  const slowMs = Math.min(lateMs, Math.max(leastSlowMs, slowTimes * p99Ms));
  // What begins in the last second has no ten writes left to end it.
  const until = (writes.at(-1)?.due ?? 0) - lateMs;
  const isDisturbed = (write: Write) =>
    write.due > faultAt - lateMs && write.due < until && latencyOf(write) >= slowMs && (write.ack?.at ?? Number.POSITIVE_INFINITY) > faultAt;
  const found: Outage[] = [];
  for (let index = writes.findIndex(isDisturbed); index >= 0; ) {
    const back = firstOfTen(writes, index);
    const to = back < 0 ? undefined : writes[back]!.ack!.at;
    found.push({ from: writes[index]!.due, ...(to !== undefined && { to }) });
    index = back < 0 ? -1 : writes.findIndex((write, at) => at > back && isDisturbed(write));
  }
  return found.reduce(joined, []);
}

/** Index of the first of ten writes in a row that were acknowledged in time; -1 where there are none. */
function firstOfTen(writes: readonly Write[], from: number): number {
  for (let index = from, run = 0; index < writes.length; index++) {
    run = isInTime(writes[index]!) ? run + 1 : 0;
    if (run === inARow) return index - inARow + 1;
  }
  return -1;
}

function joined(known: readonly Outage[], next: Outage): readonly Outage[] {
  const last = known.at(-1);
  return last?.to !== undefined && next.from - last.to < breathMs ? [...known.slice(0, -1), { ...next, from: last.from }] : [...known, next];
}

/** An outage that did not end is longer than any that did. */
export const lengthOf = ({ from, to = Number.POSITIVE_INFINITY }: Outage): number => to - from;

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
