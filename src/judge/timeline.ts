import type { Timeline } from '../model/drill.js';
import { isInTime, type Write } from './writes.js';

/** Seconds before the fault that are shown. */
const before = 15;
/** At most so many seconds: what comes later is the same as at the end. */
const most = 300;

export function timelineOf(writes: readonly Write[], faultAt: number): Timeline {
  const secondOf = ({ due }: Write) => Math.floor((due - faultAt) / 1000);
  const from = Math.max(-before, Math.min(0, writes[0] ? secondOf(writes[0]) : 0));
  const length = Math.min(most, Math.max(0, (writes.at(-1) ? secondOf(writes.at(-1)!) : from - 1) - from + 1));
  const inTime = Array.from({ length }, () => 0);
  const others = Array.from({ length }, () => 0);
  for (const write of writes) {
    const at = secondOf(write) - from;
    const counted = isInTime(write) ? inTime : others;
    if (at >= 0 && at < length) counted[at] = (counted[at] ?? 0) + 1;
  }
  return { from, inTime, others };
}
