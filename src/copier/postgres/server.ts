import type { PostgresSession } from '../../adapters/postgres/session.js';
import type { PostgresPing } from '../../model/copier-postgres.js';

export const majorOf = ({ version }: Pick<PostgresSession, 'version'>): number => Math.floor(version / 10_000);

/** Who answers, as whom, and what we may do there. */
export async function describeServer(session: PostgresSession): Promise<PostgresPing> {
  const [row] = await session.query<{
    version: string;
    inRecovery: boolean;
    user: string;
    superuser: boolean;
    createDatabases: boolean;
    systemIdentifier: string;
  }>(
    `SELECT split_part(current_setting('server_version'), ' ', 1) AS version, pg_is_in_recovery() AS "inRecovery", rolname AS user, rolsuper AS superuser,
       rolcreatedb OR rolsuper AS "createDatabases", (pg_control_system()).system_identifier::text AS "systemIdentifier" FROM pg_roles WHERE rolname = current_user`,
  );
  return {
    version: row?.version ?? '',
    major: majorOf(session),
    inRecovery: row?.inRecovery ?? false,
    user: row?.user ?? '',
    superuser: row?.superuser ?? false,
    createDatabases: row?.createDatabases ?? false,
    systemIdentifier: row?.systemIdentifier ?? '',
  };
}
