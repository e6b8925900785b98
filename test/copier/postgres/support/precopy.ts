import pg from 'pg';
import type { PrecopyBegin } from '../../../../src/model/copier-postgres-precopy.js';
import { type Major, type Postgres, startPostgres } from './server.js';
import { databaseOf, shop } from './shop.js';

/** What a subscription cannot carry is taken from the shop, and every table gets something to know its rows by. */
const replicable = `
  ALTER TABLE sales.cache SET LOGGED;
  SELECT lo_unlink(oid) FROM pg_largeobject_metadata;
  ALTER TABLE sales.event_2025 REPLICA IDENTITY FULL; ALTER TABLE sales.event_2026 REPLICA IDENTITY FULL;
  ALTER TABLE sales.parent REPLICA IDENTITY FULL; ALTER TABLE sales.child REPLICA IDENTITY FULL; ALTER TABLE sales."Odd ""Name""" REPLICA IDENTITY FULL;
  GRANT USAGE ON SCHEMA sales TO shop_owner; ALTER TABLE sales.event OWNER TO shop_owner;
`;

/** A server that tells its WAL to subscribers. */
export const startPublisher = (major: Major): Promise<Postgres> => startPostgres(major, [], { wal_level: 'logical' });

/** One whose workers come back at once where the usual server pauses for 5 s: what a test waits for is the copier. */
export const startSubscriber = (major: Major): Promise<Postgres> => startPostgres(major, [], { wal_retrieve_retry_interval: '100ms' });

export async function seedShop(source: Postgres, database = 'shop'): Promise<void> {
  await source.query('postgres', `CREATE DATABASE ${database}`);
  await source.query(database, shop);
  await source.query(database, replicable);
  await source.query('postgres', databaseOf(database));
}

export const gib = 1024 ** 3;

export const precopyOf = (source: Postgres, target: Postgres, run: string, more: Partial<PrecopyBegin> = {}): PrecopyBegin => ({
  ...{ engine: 'postgresql', verb: 'precopy', at: target.at, source: source.at, run, epoch: 1, step: 's', from: 'shop', to: `new_${run}` },
  slotLimitBytes: gib,
  ...more,
});

export interface Writer {
  /** Numbers of rows that the server acknowledged. */
  readonly acknowledged: readonly number[];
  /** Ends when it is refused, or asked to. */
  stop(): Promise<void>;
}

/** A product at work: inserts, updates, deletes, each of its own transaction, as the tables' owner. */
export function startWriter({ at }: Postgres, database = 'shop'): Writer {
  const client = new pg.Client({ host: at.host, port: at.port ?? 5432, user: 'shop_owner', password: 'owner-canary', database });
  client.on('error', () => {});
  const acknowledged: number[] = [];
  let asked = false;
  const work = async () => {
    await client.connect();
    for (let number = 0; !asked; number++) {
      await client.query(`INSERT INTO sales.orders (customer, total, filler) VALUES (1, ${number}, 'written ${number}')`);
      acknowledged.push(number);
      await client.query(`UPDATE sales.orders SET filler = 'changed', total = total + 1 WHERE id = ${1 + (number % 9000)}`);
      await client.query(`DELETE FROM sales.orders WHERE id = ${10_000 + number}`);
      await client.query(`INSERT INTO sales.event VALUES (timestamptz '2026-03-01 UTC' + interval '${number} seconds', 'w${number}')`);
      await client.query(`UPDATE sales.customer SET extra = jsonb_build_object('n', ${number}) WHERE id = ${1 + (number % 300)}`);
    }
  };
  const done = work()
    .catch(() => undefined)
    .then(() => client.end().catch(() => undefined));
  return {
    acknowledged,
    stop: () => {
      asked = true;
      return done;
    },
  };
}

/** All of a source that a run could leave behind: slots, publications, roles with their rights, settings, sessions of ours. */
export async function catalogsOf(source: Postgres, database = 'shop'): Promise<string> {
  const queries = [
    'SELECT slot_name, plugin, database FROM pg_replication_slots ORDER BY 1',
    'SELECT * FROM pg_publication ORDER BY 1',
    'SELECT prpubid, prrelid FROM pg_publication_rel ORDER BY 1, 2',
    'SELECT * FROM pg_authid ORDER BY rolname',
    'SELECT * FROM pg_auth_members ORDER BY 1, 2',
    'SELECT * FROM pg_shdescription ORDER BY 1, 2',
    'SELECT setdatabase, setrole, setconfig::text FROM pg_db_role_setting ORDER BY 1, 2',
    'SELECT datname, datdba, datconnlimit, datacl::text FROM pg_database ORDER BY 1',
    'SELECT oid, relname, relowner, relacl::text, relreplident FROM pg_class WHERE oid >= 16384 ORDER BY 1',
    'SELECT nspname, nspacl::text FROM pg_namespace ORDER BY 1',
    "SELECT name, setting FROM pg_settings WHERE source NOT IN ('client', 'session') ORDER BY 1",
  ];
  const found: unknown[] = [];
  for (const query of queries) found.push(await source.query(database, query));
  return JSON.stringify(found, null, 1);
}
