import { type PostgresSession, quoteName, quoteText } from '../../adapters/postgres/session.js';
import { withoutFence } from './fence-marks.js';
import { setClause } from './setting-value.js';

export interface DatabaseProperties {
  readonly owner: string;
  readonly comment: string | null;
  readonly connectionLimit: number;
  /** Null where only the owner's and PUBLIC's usual rights are there. */
  readonly grants: readonly { readonly to: string; readonly privilege: string; readonly grantable: boolean }[] | null;
  /** `name=value` as the server keeps them; `role` is null for those of everybody. */
  readonly settings: readonly { readonly role: string | null; readonly setting: string }[];
}

const query = `
  SELECT pg_get_userbyid(d.datdba) AS owner, shobj_description(d.oid, 'pg_database') AS comment, d.datconnlimit AS "connectionLimit",
    CASE WHEN d.datacl IS NOT NULL THEN (
      SELECT coalesce(jsonb_agg(to_jsonb(g)), '[]'::jsonb) FROM (
        SELECT CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END AS "to", a.privilege_type AS privilege, bool_or(a.is_grantable) AS grantable
        FROM aclexplode(d.datacl) a GROUP BY a.grantee, a.privilege_type
      ) g
    ) END AS grants,
    (SELECT coalesce(jsonb_agg(jsonb_build_object('role', r.rolname, 'setting', each)), '[]'::jsonb)
      FROM pg_db_role_setting s LEFT JOIN pg_roles r ON r.oid = s.setrole, unnest(s.setconfig) AS each WHERE s.setdatabase = d.oid) AS settings
  FROM pg_database d WHERE d.datname = current_database()
`;

/** Of the session's database, what belongs to no schema; of one that is fenced, as it was. */
export async function readProperties(session: PostgresSession): Promise<DatabaseProperties> {
  const [row] = await session.query<DatabaseProperties>(query);
  if (!row) throw new TypeError('a session has a database');
  return withoutFence(row);
}

function settingStatement(database: string, { role, setting }: DatabaseProperties['settings'][number]): string {
  const whose = role === null ? `DATABASE ${quoteName(database)}` : `ROLE ${quoteName(role)} IN DATABASE ${quoteName(database)}`;
  return `ALTER ${whose} ${setClause(setting)}`;
}

/** Gives a database the properties of another. Safe to repeat. */
export async function writeProperties(session: PostgresSession, database: string, properties: DatabaseProperties): Promise<void> {
  const { owner, comment, connectionLimit, grants, settings } = properties;
  const name = quoteName(database);
  const granted = (grants ?? []).map(
    ({ to, privilege, grantable }) => `GRANT ${privilege} ON DATABASE ${name} TO ${to}${grantable ? ' WITH GRANT OPTION' : ''}`,
  );
  const statements = [
    `ALTER DATABASE ${name} OWNER TO ${quoteName(owner)}`,
    ...(grants ? [`REVOKE ALL ON DATABASE ${name} FROM PUBLIC`, ...granted] : []),
    ...settings.map((setting) => settingStatement(database, setting)),
    ...(connectionLimit >= 0 ? [`ALTER DATABASE ${name} CONNECTION LIMIT ${connectionLimit}`] : []),
    ...(comment === null ? [] : [`COMMENT ON DATABASE ${name} IS ${quoteText(comment)}`]),
  ];
  await session.run(statements.join(';\n'));
}

const compared = ['owner', 'grants', 'settings', 'connectionLimit', 'comment'] as const;

/** Rights and settings are sets: two servers tell them in different orders. */
const textOf = (value: DatabaseProperties[(typeof compared)[number]]): string =>
  JSON.stringify(Array.isArray(value) ? value.map((each) => JSON.stringify(each)).toSorted() : value);

/** What differs, in words. */
export const compareProperties = (wanted: DatabaseProperties, found: DatabaseProperties): readonly string[] =>
  compared.filter((field) => textOf(wanted[field]) !== textOf(found[field])).map((field) => `Database: another ${field}.`);
