import type { Estimate } from '../model/plan.js';
import type { Space } from '../model/space.js';

/**
 * In bytes a second, half of the slowest that was measured of PostgreSQL on two cores, since disks and networks of others are slower: a copy of one table of 5 GiB took 110 s
 * (49 MB/s; twenty tables 78 s), its verification 39 s (137 MB/s; docs/measurements.md). Of MongoDB there is no measurement on a server of its own: the same are taken.
 */
const rates = { copy: 24_000_000, verify: 68_000_000 };

export interface CopiedSize {
  readonly bytes: number;
  /** Of its copy, where it is known. */
  readonly space?: Space | undefined;
}

/** How long a database of this size takes to copy and to compare, and the room for it; both sides are read side by side. */
export const estimateCopy = (
  { bytes, space }: CopiedSize,
  bytesPerSecond = Number.POSITIVE_INFINITY,
): { readonly copy: Estimate; readonly verify: Estimate } => ({
  copy: { bytes, seconds: secondsFor(bytes, Math.min(rates.copy, bytesPerSecond)), ...(space && { space }) },
  verify: { bytes, seconds: secondsFor(bytes, rates.verify) },
});

/** By tools that nobody reads along with: read once more for the proof, and then moved. */
export function estimatePipe(size: CopiedSize): Estimate {
  const { copy, verify } = estimateCopy(size);
  return { ...copy, seconds: copy.seconds + verify.seconds };
}

const secondsFor = (bytes: number, rate: number): number => Math.max(1, Math.round(bytes / rate));
