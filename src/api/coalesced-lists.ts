import type { ListRunsRequest, RunPage } from '../activities/runs/list-runs.js';

type Ask = (request: ListRunsRequest) => Promise<RunPage>;

interface Kept {
  readonly page: RunPage;
  /** When it was asked for, in milliseconds: what it tells may be this old. */
  readonly at: number;
}

const keptMilliseconds = 1000;
/** While somebody goes on asking, the next answer is there before the last one is too old: nobody waits. */
const renewedMilliseconds = 700;

/**
 * One question of Temporal for all who ask the same list: the same filter, and the same right (`within`), which is part of the question. What it answered is
 * good for a second. A failure is told to those who wait for it, and not kept.
 */
export class CoalescedLists {
  readonly #kept = new Map<string, Kept>();
  readonly #asked = new Map<string, Promise<RunPage>>();

  list(request: ListRunsRequest, ask: Ask): Promise<RunPage> {
    const key = keyOf(request);
    const kept = this.#kept.get(key);
    const age = kept ? Date.now() - kept.at : keptMilliseconds;
    if (!kept || age >= keptMilliseconds) return this.#ask(key, request, ask);
    if (age >= renewedMilliseconds) void this.#ask(key, request, ask).catch(() => undefined);
    return Promise.resolve(kept.page);
  }

  #ask(key: string, request: ListRunsRequest, ask: Ask): Promise<RunPage> {
    const before = this.#asked.get(key);
    if (before) return before;
    const at = Date.now();
    const asked = ask(request)
      .then((page) => {
        this.#keep(key, { page, at });
        return page;
      })
      .finally(() => this.#asked.delete(key));
    this.#asked.set(key, asked);
    return asked;
  }

  #keep(key: string, kept: Kept): void {
    const left = kept.at + keptMilliseconds - Date.now();
    if (left <= 0) return;
    this.#kept.set(key, kept);
    setTimeout(() => this.#kept.get(key) === kept && this.#kept.delete(key), left).unref();
  }
}

/** Every field counts, in whatever order it stands; `within: []` is nothing, no `within` is everything. */
function keyOf(request: ListRunsRequest): string {
  const { within, ...filter } = request;
  const fields = Object.entries(filter).filter(([, value]) => value !== undefined);
  return JSON.stringify([fields.sort(([a], [b]) => (a < b ? -1 : 1)), within === undefined ? 'everything' : [...new Set(within)].sort()]);
}
