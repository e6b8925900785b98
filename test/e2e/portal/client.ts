import { randomUUID } from 'node:crypto';
import type { Client } from 'openapi-fetch';
import type { paths } from '../../../src/runs/http/api-types.js';
import { type Answered, HttpCalls, type OnceHeader } from '../../../src/runs/http/http-calls.js';
import { isPassing } from '../../../src/runs/is-passing.js';
import { soon } from '../story/tools.js';

/** A request that was sent until it was answered: what came before, `cut` for a lost connection, else the status; one after another of a kind are one. */
export interface Sent<T> {
  readonly data: T;
  readonly answers: readonly (number | 'cut')[];
}

/** A portal's client, made of the API's document. */
export interface PortalClient {
  readonly client: Client<paths>;
  readonly api: string;
  readonly token: string;
  /** Asks until there is an answer; throws with the API's words where it refuses. */
  read<T>(call: () => Promise<Answered<T>>): Promise<T>;
  /** Sends under one key until there is an answer, as docs/api.md asks of clients; throws where it is refused. */
  send<T>(call: (header: OnceHeader) => Promise<Answered<T>>): Promise<Sent<T>>;
}

const patienceSeconds = 120;
const again = [503, 504];

export function portalClient({ api, token }: { readonly api: string; readonly token: string }): PortalClient {
  const calls = new HttpCalls({ server: api, token });
  return {
    client: calls.client,
    api,
    token,
    read: (call) =>
      soon('an answer', patienceSeconds, () =>
        calls.call(call()).catch((error: unknown) => {
          if (!isPassing(error)) throw error;
          return undefined;
        }),
      ),
    send: async (call) => {
      const header = { 'idempotency-key': randomUUID() };
      const answers: (number | 'cut')[] = [];
      const data = await soon('an answer', patienceSeconds, async () => {
        const answered = await call(header).catch(() => undefined);
        const answer = answered?.response.status ?? 'cut';
        if (answer !== answers.at(-1)) answers.push(answer);
        return answered && dataOf(answered);
      });
      return { data, answers };
    },
  };
}

/** Undefined where it is to be sent again. */
function dataOf<T>({ data, error, response }: Answered<T>): T | undefined {
  if (response.ok) return data;
  if (again.includes(response.status)) return undefined;
  throw new Error(`answered ${response.status}: ${JSON.stringify(error)}`);
}
