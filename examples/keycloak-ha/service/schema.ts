import { createHash } from 'node:crypto';
import pg from 'pg';
import { inTransaction } from '../../shared/database.js';
import { changeLogSql, changeSets } from './change-sets.js';

const undefinedTable = '42P01';
const isUndefinedTable = (error: unknown) => error instanceof pg.DatabaseError && error.code === undefinedTable;

const appliedSql = 'SELECT id FROM databasechangelog';

/** Applies what the database has not, in one transaction; answers the ids. Pods that start together wait for one another. */
export async function ensureSchema(pool: pg.Pool): Promise<readonly string[]> {
  return inTransaction(pool, async (client) => {
    await client.query('SELECT pg_advisory_xact_lock(1040)');
    await client.query(changeLogSql);
    const applied = new Set((await client.query<{ id: string }>(appliedSql)).rows.map(({ id }) => id));
    const missing = changeSets.filter(({ id }) => !applied.has(id));
    for (const { id, sql } of missing) {
      await client.query(sql);
      const row = `INSERT INTO databasechangelog (id, author, filename, dateexecuted, orderexecuted, exectype, md5sum) VALUES ($1, 'sso', 'change-sets.ts', now(), $2, 'EXECUTED', $3)`;
      await client.query(row, [id, changeSets.findIndex((each) => each.id === id) + 1, `9:${createHash('md5').update(sql).digest('hex')}`]);
    }
    return missing.map(({ id }) => id);
  });
}

/** Why the database cannot serve: no schema, or nobody takes a write. A row lock is a write, and changes nothing. */
export async function databaseProblem(pool: pg.Pool): Promise<string | undefined> {
  try {
    await pool.query('SELECT id FROM databasechangeloglock WHERE id = 1 FOR UPDATE SKIP LOCKED');
    const { rows } = await pool.query<{ id: string }>(appliedSql);
    const missing = changeSets.filter(({ id }) => !rows.some((row) => row.id === id));
    return missing.length === 0 ? undefined : `change sets are missing: ${missing.map(({ id }) => id).join(', ')}`;
  } catch (error) {
    if (isUndefinedTable(error)) return 'the schema is not there';
    return error instanceof Error ? error.message : String(error);
  }
}
