import type { Estimate } from '../model/plan.js';

/** Half of what two cores have done at least, in bytes of the database a second: a dump that is compressed and hashed, a restore with its indexes, a backup read back. */
const rates = { dump: 25_000_000, read: 100_000_000, restore: 15_000_000, verify: 40_000_000 };

export type DumpEstimates = Readonly<Record<keyof typeof rates, Estimate>>;

/** How long a database of this size takes to dump, read back, restore and compare. */
export const estimateDump = (bytes: number): DumpEstimates => {
  const at = (rate: number): Estimate => ({ bytes, seconds: Math.max(1, Math.round(bytes / rate)) });
  return { dump: at(rates.dump), read: at(rates.read), restore: at(rates.restore), verify: at(rates.verify) };
};
