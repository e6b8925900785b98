import { setTimeout as sleep } from 'node:timers/promises';

export interface Patience {
  readonly everyMs: number;
  /** Then the last failure is thrown; without it there is no end. */
  readonly withinMs?: number;
  /** Told of every failure. */
  readonly failed?: (why: string) => void;
}

/** Tries until it is done. */
export async function again(body: () => Promise<void>, { everyMs, withinMs = Number.POSITIVE_INFINITY, failed }: Patience): Promise<void> {
  for (const until = Date.now() + withinMs; ; await sleep(everyMs)) {
    try {
      return await body();
    } catch (error) {
      failed?.(wordsOf(error));
      if (Date.now() > until) throw error;
    }
  }
}

export const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
