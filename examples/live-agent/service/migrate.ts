import type pg from 'pg';
import { inTransaction } from '../../shared/database.js';
import { schemaOf } from './database.js';
import { stepsFrom } from './schema.js';

/** Brings the schema to the product's version in one transaction; answers the versions it went through. Two at a time wait for one another. */
export async function migrate(pool: pg.Pool, productVersion: string): Promise<readonly number[]> {
  return inTransaction(pool, async (client) => {
    await client.query('SELECT pg_advisory_xact_lock(4430)');
    await client.query('CREATE TABLE IF NOT EXISTS schema_migrations (version bigint PRIMARY KEY, at timestamptz NOT NULL DEFAULT now())');
    const steps = stepsFrom(await schemaOf(client), productVersion);
    for (const { version, sql } of steps) {
      await client.query(sql);
      await client.query('INSERT INTO schema_migrations (version) VALUES ($1)', [version]);
    }
    return steps.map(({ version }) => version);
  });
}
