import pg from 'pg';

/** How sessions of the product look at times; and those of reports, which cannot write. */
export const inUtc: pg.PoolConfig = { options: '-c timezone=UTC' };
export const readOnly: pg.PoolConfig = { options: `${inUtc.options} -c default_transaction_read_only=on` };

const undefinedTable = '42P01';

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
