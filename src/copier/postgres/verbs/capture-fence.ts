import type { PostgresSession } from '../../../adapters/postgres/session.js';
import { failure } from '../../../errors.js';
import type { FencedDatabase, PostgresRequestOf, PostgresResults } from '../../../model/copier-postgres.js';
import type { PostgresContext } from '../context.js';
import { withSession } from '../with-session.js';

/** Settings of everybody in a database; those of single roles win over them, and a session's own over both. */
const stateOf = `
  SELECT datname AS name, datconnlimit AS "connectionLimit",
    (SELECT split_part(each, '=', 2) FROM pg_db_role_setting s, unnest(s.setconfig) AS each
      WHERE s.setdatabase = d.oid AND s.setrole = 0 AND each LIKE 'default_transaction_read_only=%') AS "readOnly"
  FROM pg_database d WHERE datname = ANY ($1) ORDER BY 1
`;

async function findHoles(session: PostgresSession): Promise<readonly string[]> {
  const others = await session.query<{ name: string }>(
    'SELECT rolname AS name FROM pg_roles WHERE rolsuper AND rolcanlogin AND rolname <> current_user ORDER BY 1',
  );
  return [
    ...(others.length > 0 ? [`Superusers can still connect and write: ${others.map(({ name }) => name).join(', ')}.`] : []),
    'Whoever knows the password of the copier can still connect and write.',
  ];
}

/** Reads only: how the databases stand before they are fenced. */
export const captureFence = ({ at, databases }: PostgresRequestOf<'captureFence'>, { open }: PostgresContext): Promise<PostgresResults['captureFence']> =>
  withSession({ open, at, database: 'postgres', readOnly: true }, async (session) => {
    const found = await session.query<FencedDatabase>(stateOf, [[...databases]]);
    const missing = databases.filter((name) => found.every((each) => each.name !== name));
    if (missing.length > 0) throw failure('NotFound', `There is no database ${missing.join(', ')}.`);
    return { method: 'connections', databases: found, holes: await findHoles(session) };
  });
