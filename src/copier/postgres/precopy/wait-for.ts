import { setTimeout as sleep } from 'node:timers/promises';
import { throwIfStopped } from '../../stop.js';

const firstMs = 20;

/** Looks until there is an answer, soon at first, then after `mostMs` each. Whoever asked ends it by its own time, or stops the copier. */
export async function waitFor<T>(signal: AbortSignal, mostMs: number, look: () => Promise<T | undefined>): Promise<T> {
  for (let waitMs = firstMs; ; waitMs = Math.min(waitMs * 1.5, mostMs)) {
    throwIfStopped(signal);
    const found = await look();
    if (found !== undefined) return found;
    await sleep(waitMs);
  }
}
