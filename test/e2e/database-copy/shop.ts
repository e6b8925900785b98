import { join } from 'node:path';
import { kubectl, type Place, soon } from '../story/tools.js';

export const folder = 'examples/database-copy';
export const exampleSpec = join(folder, 'spec.yaml');

export type Server = 'postgres' | 'postgres-18';

/** What a statement answers, unaligned; as the server's superuser, over its own socket. */
export async function query(place: Place, server: Server, database: string, statement: string): Promise<string> {
  const psql = ['psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-h', '/tmp', '-U', 'postgres', '-d', database, '-c', statement];
  return (await kubectl(place, ['exec', '-n', 'shop', `deployment/${server}`, '--', ...psql])).stdout.trim();
}

/** The product as the example has it, with so many orders of about 200 bytes. */
export async function deployShop(place: Place, orders: number): Promise<void> {
  await kubectl(place, ['apply', '-f', join(place.checkout, folder, 'manifests.yaml')]);
  for (const name of ['postgres', 'postgres-18']) await kubectl(place, ['rollout', 'status', '-n', 'shop', `deployment/${name}`, '--timeout', '180s']);
  const ask = (database: string, statement: string) => query(place, 'postgres', database, statement);
  await ask('postgres', "CREATE ROLE shop LOGIN PASSWORD 'shop-pa55word'");
  for (const database of ['orders', 'stock']) await ask('postgres', `CREATE DATABASE ${database} OWNER shop`);
  await ask('orders', 'CREATE TABLE line (id bigint PRIMARY KEY, what text NOT NULL, at timestamptz NOT NULL)');
  await ask('orders', `INSERT INTO line SELECT n, repeat(md5(n::text), 5), now() FROM generate_series(1, ${orders}) AS n`);
  await ask('orders', 'CREATE INDEX ON line (at); CREATE TABLE placed (id bigserial PRIMARY KEY, at timestamptz NOT NULL DEFAULT now())');
  await ask('orders', 'ALTER TABLE line OWNER TO shop; ALTER TABLE placed OWNER TO shop');
  await ask(
    'stock',
    'CREATE TABLE item (id integer PRIMARY KEY, price double precision); INSERT INTO item SELECT n, random() FROM generate_series(1, 1000) AS n',
  );
  await untilPlaced(place, 3);
}

export const placed = async (place: Place): Promise<number> => Number(await query(place, 'postgres', 'orders', 'SELECT count(*) FROM placed'));

/** Waits until the product has placed so many orders more: it writes. */
export async function untilPlaced(place: Place, more: number): Promise<void> {
  const before = await placed(place);
  await soon(`${more} more orders`, 90, async () => ((await placed(place)) >= before + more ? true : undefined));
}

/** Of every row of every table, whatever their order. */
export const contents = async (place: Place, server: Server, databases: readonly [orders: string, stock: string]): Promise<string> => {
  const sum = (table: string) => `SELECT count(*) || ' ' || coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) FROM ${table} AS t`;
  const [orders, stock] = databases;
  const answers = [
    await query(place, server, orders, sum('line')),
    await query(place, server, orders, sum('placed')),
    await query(place, server, stock, sum('item')),
  ];
  return answers.join('; ');
};
