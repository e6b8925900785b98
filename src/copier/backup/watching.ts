import { setTimeout as sleep } from 'node:timers/promises';

const everyMs = 1000;

/** Looks once a second while something runs that tells nothing of itself. What a look cannot tell does not matter. */
export async function watching<T>(look: () => Promise<void>, work: () => Promise<T>): Promise<T> {
  const over = new AbortController();
  const watch = (async () => {
    while (!over.signal.aborted) {
      await sleep(everyMs, undefined, { signal: over.signal }).catch(() => undefined);
      if (!over.signal.aborted) await look().catch(() => undefined);
    }
  })();
  try {
    return await work();
  } finally {
    over.abort();
    await watch;
  }
}
