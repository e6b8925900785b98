import { setTimeout as sleep } from 'node:timers/promises';
import { throwIfStopped } from '../../stop.js';

/** Looks until there is an answer. Whoever asked ends it by its own time, or stops the copier. */
export async function waitFor<T>(signal: AbortSignal, everyMs: number, look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    throwIfStopped(signal);
    const found = await look();
    if (found !== undefined) return found;
    await sleep(everyMs);
  }
}
