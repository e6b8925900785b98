import pg from 'pg';
import type { Settings } from './settings.js';

const undefinedTable = '42P01';

export function openDatabase(settings: Settings['database'], { readOnly = false }: { readonly readOnly?: boolean } = {}): pg.Pool {
  const options = `-c timezone=UTC${readOnly ? ' -c default_transaction_read_only=on' : ''}`;
  const pool = new pg.Pool({ ...settings, max: 6, connectionTimeoutMillis: 2000, statement_timeout: 30_000, options });
  // a connection that dies idle; the next query makes another
  pool.on('error', (error) => console.error(`database: ${error.message}`));
  return pool;
}

type Queries = Pick<pg.ClientBase, 'query'>;

/** Version of the database's schema; 0 where there is none. */
export async function schemaOf(database: Queries): Promise<number> {
  try {
    const { rows } = await database.query<{ version: string | null }>('SELECT max(version)::text AS version FROM schema_migrations');
    return Number(rows[0]?.version ?? 0);
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === undefinedTable) return 0;
    throw error;
  }
}

/** All or nothing. */
export async function inTransaction<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}
