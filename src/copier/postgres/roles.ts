import { type PostgresSession, quoteName, quoteText } from '../../adapters/postgres/session.js';
import type { RunNotes } from './run-notes.js';

export interface Role {
  readonly name: string;
  readonly attributes: string;
  /** As the server keeps it: a SCRAM or md5 verifier. Null where there is none or we may not see it. */
  readonly password: string | null;
  readonly memberOf: readonly string[];
}

/** Who owns something in this database, was granted something, or is named in a policy; and the roles that those are members of. */
const used = `
  WITH RECURSIVE named AS (
    SELECT DISTINCT d.refobjid AS oid FROM pg_shdepend d
    WHERE d.refclassid = 'pg_authid'::regclass AND (d.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
      OR d.classid = 'pg_database'::regclass AND d.objid = (SELECT oid FROM pg_database WHERE datname = current_database()))
    UNION SELECT datdba FROM pg_database WHERE datname = current_database()
  ), reached AS (
    SELECT oid FROM named UNION SELECT m.roleid FROM pg_auth_members m JOIN reached r ON r.oid = m.member
  )
`;

const attributes = `
  concat_ws(' ', CASE WHEN rolsuper THEN 'SUPERUSER' ELSE 'NOSUPERUSER' END, CASE WHEN rolinherit THEN 'INHERIT' ELSE 'NOINHERIT' END,
    CASE WHEN rolcreaterole THEN 'CREATEROLE' ELSE 'NOCREATEROLE' END, CASE WHEN rolcreatedb THEN 'CREATEDB' ELSE 'NOCREATEDB' END,
    CASE WHEN rolcanlogin THEN 'LOGIN' ELSE 'NOLOGIN' END, CASE WHEN rolreplication THEN 'REPLICATION' ELSE 'NOREPLICATION' END,
    CASE WHEN rolbypassrls THEN 'BYPASSRLS' ELSE 'NOBYPASSRLS' END, 'CONNECTION LIMIT ' || rolconnlimit,
    'VALID UNTIL ' || quote_literal(rolvaliduntil))
`;

/** Roles that a database's definitions name. The server's own ones are everywhere. */
export async function readRoles(source: PostgresSession, superuser: boolean): Promise<readonly Role[]> {
  const [from, password] = superuser ? ['pg_authid', 'rolpassword'] : ['pg_roles', 'NULL'];
  return source.query<Role>(
    `${used} SELECT rolname AS name, ${attributes} AS attributes, ${password} AS password,
       ARRAY(SELECT g.rolname::text FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid WHERE m.member = a.oid ORDER BY 1) AS "memberOf"
     FROM ${from} a WHERE oid IN (SELECT oid FROM reached) AND rolname !~ '^pg_' ORDER BY 1`,
  );
}

async function makeRole(notes: RunNotes, { name, attributes: said, password }: Role, exists: boolean): Promise<void> {
  await notes.noteMade('role', name, { before: null });
  const secret = password === null ? '' : ` PASSWORD ${quoteText(password)}`;
  await notes.session.run(`${exists ? 'ALTER' : 'CREATE'} ROLE ${quoteName(name)} ${said}${secret}`);
}

/**
 * Makes those that the target lacks, with their passwords as they are kept. One that is there keeps what it has: it is the target's, or another product's.
 * Answers the names of both.
 */
export async function makeRoles(notes: RunNotes, roles: readonly Role[]): Promise<{ readonly made: readonly string[]; readonly found: readonly string[] }> {
  const { session } = notes;
  const there = new Set((await session.query<{ name: string }>('SELECT rolname AS name FROM pg_roles')).map(({ name }) => name));
  const ours = new Set((await notes.allMade('role')).map(({ name }) => name));
  const mine = roles.filter(({ name }) => ours.has(name) || !there.has(name));
  for (const role of mine) await makeRole(notes, role, there.has(role.name));
  for (const { name, memberOf } of mine) for (const group of memberOf) await session.run(`GRANT ${quoteName(group)} TO ${quoteName(name)}`);
  const made = mine.map(({ name }) => name);
  return { made, found: roles.map(({ name }) => name).filter((name) => !made.includes(name)) };
}
