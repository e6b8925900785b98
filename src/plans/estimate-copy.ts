import type { Estimate } from '../model/plan.js';

/**
 * What two cores have done at least, in bytes a second: COPY to COPY with two indexes 100 million, a hash of either side 80 million (docs/measurements.md).
 * Half of it, since disks and networks of others are slower than those.
 */
const rates = { copy: 50_000_000, verify: 40_000_000 };

/** How long a database of this size takes to copy and to compare; both sides are read side by side. */
export const estimateCopy = (bytes: number, bytesPerSecond = Number.POSITIVE_INFINITY): { readonly copy: Estimate; readonly verify: Estimate } => ({
  copy: { bytes, seconds: secondsFor(bytes, Math.min(rates.copy, bytesPerSecond)) },
  verify: { bytes, seconds: secondsFor(bytes, rates.verify) },
});

const secondsFor = (bytes: number, rate: number): number => Math.max(1, Math.round(bytes / rate));
