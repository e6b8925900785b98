import type { PostgresSession } from '../../adapters/postgres/session.js';

export interface Membership {
  readonly group: string;
  /** It may grant the group on. */
  readonly admin: boolean;
  /** It has the group's rights without SET ROLE. Before 16 the member's own INHERIT says so for all of its groups. */
  readonly inherit: boolean;
  /** It may SET ROLE to the group; before 16 always. */
  readonly set: boolean;
}

export interface Role {
  readonly name: string;
  /** As CREATE ROLE takes them: `NOSUPERUSER INHERIT … LOGIN CONNECTION LIMIT -1`. */
  readonly attributes: string;
  /** As the server keeps it: a SCRAM or md5 verifier. Null where there is none or we may not see it. */
  readonly password: string | null;
  readonly memberOf: readonly Membership[];
  /** Of every database, `name=value` as the server keeps them. Those of one database are its properties. */
  readonly settings: readonly string[];
}

/** Below it a server numbers what it makes for itself. */
const firstOfUsers = 16_384;

/**
 * `reached`: who owns something in this database, was granted something, is named in a policy, or has a setting in it; whoever has rights only as a member of
 * those; and the groups of all of them. Nobody is taken along for being a member of the server's own roles or of a superuser, who are no database's; nor, for
 * being a member, a superuser, who has every right without; the copier, whom services let into every group; and who may only grant a group on, as 16 and later
 * note whoever made it.
 */
export const needed = `
  WITH RECURSIVE here AS (SELECT oid, datdba FROM pg_database WHERE datname = current_database()),
  named AS (
    SELECT d.refobjid AS oid FROM pg_shdepend d, here
    WHERE d.refclassid = 'pg_authid'::regclass AND (d.dbid = here.oid OR d.classid = 'pg_database'::regclass AND d.objid = here.oid)
    UNION SELECT datdba FROM here UNION SELECT s.setrole FROM pg_db_role_setting s JOIN here ON s.setdatabase = here.oid
  ), below AS (
    SELECT oid FROM pg_roles WHERE oid IN (SELECT oid FROM named) AND oid >= ${firstOfUsers} AND NOT rolsuper
    UNION SELECT r.oid FROM below JOIN pg_auth_members m ON m.roleid = below.oid JOIN pg_roles r ON r.oid = m.member
    WHERE NOT r.rolsuper AND r.rolname <> current_user AND coalesce((to_jsonb(m) ->> 'inherit_option')::boolean OR (to_jsonb(m) ->> 'set_option')::boolean, true)
  ), reached AS (
    SELECT oid FROM (SELECT oid FROM named UNION SELECT oid FROM below) AS those
    UNION SELECT m.roleid FROM pg_auth_members m JOIN reached r ON r.oid = m.member
  )
`;

const attributes = `
  concat_ws(' ', CASE WHEN rolsuper THEN 'SUPERUSER' ELSE 'NOSUPERUSER' END, CASE WHEN rolinherit THEN 'INHERIT' ELSE 'NOINHERIT' END,
    CASE WHEN rolcreaterole THEN 'CREATEROLE' ELSE 'NOCREATEROLE' END, CASE WHEN rolcreatedb THEN 'CREATEDB' ELSE 'NOCREATEDB' END,
    CASE WHEN rolcanlogin THEN 'LOGIN' ELSE 'NOLOGIN' END, CASE WHEN rolreplication THEN 'REPLICATION' ELSE 'NOREPLICATION' END,
    CASE WHEN rolbypassrls THEN 'BYPASSRLS' ELSE 'NOBYPASSRLS' END, 'CONNECTION LIMIT ' || rolconnlimit,
    'VALID UNTIL ' || quote_literal(rolvaliduntil))
`;

/** Several may have granted one group, each with options of his own: what any of them allows is allowed. */
const memberOf = `
  SELECT coalesce(jsonb_agg(to_jsonb(g) ORDER BY g."group"), '[]') FROM (
    SELECT r.rolname AS "group", bool_or(m.admin_option) AS admin, bool_or(coalesce((to_jsonb(m) ->> 'inherit_option')::boolean, a.rolinherit)) AS inherit,
      bool_or(coalesce((to_jsonb(m) ->> 'set_option')::boolean, true)) AS set
    FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid WHERE m.member = a.oid GROUP BY r.rolname
  ) AS g
`;

/** Whose names are for a server to give are everywhere. */
const select = (superuser: boolean): string => `
  SELECT rolname AS name, ${attributes} AS attributes, ${superuser ? 'rolpassword' : 'NULL'} AS password, (${memberOf}) AS "memberOf",
    ARRAY(SELECT each FROM pg_db_role_setting s, unnest(s.setconfig) AS each WHERE s.setdatabase = 0 AND s.setrole = a.oid ORDER BY each) AS settings
  FROM ${superuser ? 'pg_authid' : 'pg_roles'} a WHERE rolname !~ '^pg_'
`;

/** Roles that a database needs on whichever server it is. Only a superuser sees passwords. */
export const readRoles = (source: PostgresSession, superuser: boolean): Promise<readonly Role[]> =>
  source.query<Role>(`${needed} ${select(superuser)} AND oid IN (SELECT oid FROM reached) ORDER BY 1`);

/** Those of a server that have these names. */
export const readRolesNamed = (session: PostgresSession, superuser: boolean, names: readonly string[]): Promise<readonly Role[]> =>
  session.query<Role>(`${select(superuser)} AND rolname = ANY ($1) ORDER BY 1`, [[...names]]);
