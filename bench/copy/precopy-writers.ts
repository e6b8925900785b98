import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { PostgresServer } from '../../src/model/postgres-facts.js';

export const writers = 4;
export const rowsPerSecond = 200;

export interface Acknowledged {
  readonly id: string;
  /** `performance.now()` when the answer was there. */
  readonly atMs: number;
  readonly by: 'source' | 'target';
}

/** Where writers find a server; they ask again after every failure, as a product's pool does with its Service. */
export interface Way {
  to: { readonly side: Acknowledged['by']; readonly at: PostgresServer; readonly database: string };
}

export interface Writing {
  readonly acknowledged: readonly Acknowledged[];
  stop(): Promise<void>;
}

const retryMs = 20;
const connectMs = 1000;

/** As the way is at this moment: it may turn while the connection is made. */
async function connect({ to: { at, database } }: Way): Promise<pg.Client> {
  const client = new pg.Client({ host: at.host, port: at.port ?? 5432, user: 'product', password: 'product', database, connectionTimeoutMillis: connectMs });
  client.on('error', () => {});
  await client.connect();
  return client;
}

/** A row of its own, every third with a change of an older one. */
function transaction(writer: number, number: number, id: string): string {
  const change = number % 3 === 0 ? `UPDATE orders SET state = 'changed' WHERE id = ${1 + ((writer + number * 7919) % 100_000)};` : '';
  return `BEGIN; INSERT INTO written (id, at) VALUES ('${id}', clock_timestamp()); ${change} COMMIT`;
}

/** Behind a stall, so much is made up for. */
const mostLateMs = 1000;

/** Writers of a product: so many rows a second together, each in a transaction of its own. */
export function startWriting(way: Way): Writing {
  const acknowledged: Acknowledged[] = [];
  let asked = false;

  async function write(writer: number): Promise<void> {
    let open: { readonly client: pg.Client; readonly by: Acknowledged['by'] } | undefined;
    let dueMs = performance.now();
    for (let number = 0; !asked; number++) {
      const id = `${writer}-${number}`;
      dueMs = Math.max(dueMs + (1000 * writers) / rowsPerSecond, performance.now() - mostLateMs);
      await sleep(Math.max(0, dueMs - performance.now()));
      try {
        open ??= { by: way.to.side, client: await connect(way) };
        await open.client.query(transaction(writer, number, id));
        acknowledged.push({ id, atMs: performance.now(), by: open.by });
      } catch {
        open?.client.end().catch(() => undefined);
        open = undefined;
        await sleep(retryMs);
      }
    }
    await open?.client.end().catch(() => undefined);
  }

  const all = Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
  return {
    acknowledged,
    async stop() {
      asked = true;
      await all;
    },
  };
}

/** Between the last row that the source acknowledged and the first that the target did. */
export function gapSeconds(acknowledged: readonly Acknowledged[]): number {
  const last = Math.max(...acknowledged.filter(({ by }) => by === 'source').map(({ atMs }) => atMs));
  const first = Math.min(...acknowledged.filter(({ by }) => by === 'target').map(({ atMs }) => atMs));
  return (first - last) / 1000;
}
