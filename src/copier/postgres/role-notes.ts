import type { PostgresSession } from '../../adapters/postgres/session.js';
import { needed } from './roles.js';

/** What a role may do outside of its database, by itself or as a member of the server's own roles and of superusers. */
const powers = `
  ${needed} SELECT rolname || ' (' || array_to_string(powers, ', ') || ')' AS name FROM (
    SELECT rolname, ARRAY(
      SELECT power FROM (VALUES (rolsuper, 'SUPERUSER'), (rolcreaterole, 'CREATEROLE'), (rolreplication, 'REPLICATION'), (rolbypassrls, 'BYPASSRLS')) AS has (it, power) WHERE it
      UNION ALL SELECT 'in ' || g.rolname FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid WHERE m.member = a.oid AND (g.rolsuper OR g.rolname ~ '^pg_')
    ) AS powers FROM pg_roles a WHERE oid IN (SELECT oid FROM reached) AND rolname !~ '^pg_'
  ) AS roles WHERE powers <> '{}' ORDER BY rolname
`;

const membersLeft = `
  ${needed} SELECT DISTINCT r.rolname || ' of ' || g.rolname AS name FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member JOIN pg_roles g ON g.oid = m.roleid
  WHERE (m.roleid IN (SELECT oid FROM below) AND (r.rolsuper OR r.rolname = current_user) OR m.roleid IN (SELECT oid FROM named) AND g.rolsuper)
    AND m.member NOT IN (SELECT oid FROM reached) ORDER BY 1
`;

const settingsOfAll = `
  SELECT split_part(each, '=', 1) AS name FROM pg_db_role_setting, unnest(setconfig) AS each WHERE setdatabase = 0 AND setrole = 0 ORDER BY 1
`;

/** What comes along with the roles that a database needs and is more than the database's, and what stays behind. */
export async function findRoleNotes(session: PostgresSession): Promise<readonly string[]> {
  const told = async (text: string, query: string) => {
    const names = (await session.query<{ name: string }>(query)).map(({ name }) => name);
    return names.length > 0 ? [`${text}: ${names.join(', ')}.`] : [];
  };
  return [
    ...(await told('Roles come along, where the target has none of their names, with rights in all of its server', powers)),
    ...(await told('Superusers, their members and the copier do not come along for being members: these stay behind', membersLeft)),
    ...(await told("Settings of all roles of the source's server stay behind", settingsOfAll)),
  ];
}
