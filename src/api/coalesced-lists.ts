import type { ListRunsRequest, RunPage } from '../activities/runs/list-runs.js';
import { Coalesced } from './coalesced.js';

/** One question of Temporal a second for all who ask the same list: the same filter, and the same right (`within`), which is part of the question. */
export class CoalescedLists {
  readonly #pages = new Coalesced<RunPage>({ keptMilliseconds: 1000, renewedMilliseconds: 700, awaitedMilliseconds: 3000 });

  list(request: ListRunsRequest, ask: (request: ListRunsRequest) => Promise<RunPage>): Promise<RunPage> {
    return this.#pages.of(keyOf(request), () => ask(request));
  }
}

/** Every field counts, in whatever order it stands; `within: []` is nothing, no `within` is everything. */
function keyOf(request: ListRunsRequest): string {
  const { within, ...filter } = request;
  const fields = Object.entries(filter).filter(([, value]) => value !== undefined);
  return JSON.stringify([fields.sort(([a], [b]) => (a < b ? -1 : 1)), within === undefined ? 'everything' : [...new Set(within)].sort()]);
}
