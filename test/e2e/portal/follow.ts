import type { components } from '../../../src/runs/http/api-types.js';
import { sleep, soon } from '../story/tools.js';
import type { PortalClient } from './client.js';
import { type ServerSent, serverSent } from './server-sent.js';

export type RunEvent = components['schemas']['RunEvent'];

export interface Followed {
  readonly events: number;
  /** Streams that were cut before the run's end. */
  readonly cuts: number;
  /** Positions that never came, and that came twice. */
  readonly missing: number;
  readonly doubled: number;
}

/** Reads a run's events as a stream, and goes on after every cut where it was, as a browser does. */
export interface Following {
  readonly events: readonly RunEvent[];
  /** The first event, told or to come, that fits; throws when the stream ends without it, or after `withinSeconds`. */
  until<E extends RunEvent>(what: string, withinSeconds: number, fits: (event: RunEvent) => event is E): Promise<E>;
  /** Waits for the stream's end. */
  ended(): Promise<Followed>;
  stop(): void;
}

const pauseMilliseconds = 300;

export function follow({ api, token }: Pick<PortalClient, 'api' | 'token'>, id: string): Following {
  const told = new Told();
  const stopping = new AbortController();
  const readAll = async () => {
    while (!stopping.signal.aborted) {
      const after = told.last === 0 ? {} : { 'last-event-id': String(told.last) };
      const headers = { authorization: `Bearer ${token}`, accept: 'text/event-stream', ...after };
      const answer = fetch(`${api}/v1/runs/${id}/events`, { headers, signal: stopping.signal });
      if (await answer.then((each) => told.read(each)).catch(() => false)) return;
      await sleep(pauseMilliseconds);
    }
  };
  let isOver = false;
  const whole = readAll().finally(() => {
    isOver = true;
  });
  return {
    events: told.events,
    until: (what, withinSeconds, fits) =>
      soon(what, withinSeconds, async () => {
        const found = told.events.find(fits);
        if (!found && isOver) throw new Error(`the stream of ${id} ended before ${what}`);
        return found;
      }),
    async ended() {
      await whole;
      const { events, cuts, missing, doubled } = told;
      return { events: events.length, cuts, missing, doubled };
    },
    stop: () => stopping.abort(),
  };
}

class Told {
  readonly events: RunEvent[] = [];
  last = 0;
  cuts = 0;
  missing = 0;
  doubled = 0;

  /** Reads one stream to its end; true where that was the run's, or all was told before. */
  async read(answer: Response): Promise<boolean> {
    if (answer.status === 204) return true;
    if (!answer.ok || !answer.body) return false;
    this.cuts += 1;
    for await (const sent of serverSent(answer.body)) {
      if (sent.event === 'end') {
        this.cuts -= 1;
        return true;
      }
      this.#take(sent);
    }
    return false;
  }

  /** What has no position is about the stream: that nobody answers now. */
  #take({ id, event, data }: ServerSent): void {
    if (event === 'reset') throw new Error('the position was never the run’s');
    if (id === undefined || data === undefined) return;
    const told = JSON.parse(data) as RunEvent;
    if (told.position <= this.last) this.doubled += 1;
    else this.missing += told.position - this.last - 1;
    this.last = Math.max(this.last, told.position);
    this.events.push(told);
  }
}
