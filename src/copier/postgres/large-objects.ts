import { type Moved, type PostgresSession, quoteName, quoteText } from '../../adapters/postgres/session.js';
import type { Pipe } from './copy-unit.js';
import type { HashedRows } from './row-hash.js';
import type { LargeObjectsUnit } from './unit.js';

const objectsPerUnit = 1000;

/** Of a database, cut by their numbers. */
export async function planLargeObjects(session: PostgresSession): Promise<readonly LargeObjectsUnit[]> {
  const found = await session.query<{ from: string; to: string; count: string }>(
    `SELECT min(oid)::text AS from, max(oid)::text AS to, count(*) AS count
     FROM (SELECT oid::bigint AS oid, (row_number() OVER (ORDER BY oid) - 1) / ${objectsPerUnit} AS part FROM pg_largeobject_metadata) each GROUP BY part ORDER BY 1`,
  );
  const [size] = await session.query<{ bytes: string }>("SELECT pg_relation_size('pg_largeobject') AS bytes");
  const estimatedBytes = Math.ceil(Number(size?.bytes ?? 0) / Math.max(1, found.length));
  return found.map(({ from, to }) => ({ kind: 'largeObjects', id: `largeObjects/${from}`, estimatedBytes, from: Number(from), to: Number(to) }));
}

interface Metadata {
  readonly oid: string;
  readonly owner: string;
  readonly comment: string | null;
  readonly grants: readonly { readonly to: string; readonly privilege: string; readonly grantable: boolean }[];
}

/** Owners, rights and comments of objects in a range. */
const readMetadata = (source: PostgresSession, { from, to }: LargeObjectsUnit): Promise<readonly Metadata[]> =>
  source.query<Metadata>(
    `SELECT oid::text AS oid, pg_get_userbyid(lomowner) AS owner, obj_description(oid, 'pg_largeobject') AS comment, (
       SELECT coalesce(jsonb_agg(jsonb_build_object('to', CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END,
         'privilege', a.privilege_type, 'grantable', a.is_grantable)), '[]'::jsonb) FROM aclexplode(lomacl) a WHERE a.grantee <> lomowner
     ) AS grants FROM pg_largeobject_metadata WHERE oid BETWEEN ${from} AND ${to} ORDER BY oid`,
  );

function create({ oid, owner, comment, grants }: Metadata): string {
  const rights = grants.map(({ to, privilege, grantable }) => `GRANT ${privilege} ON LARGE OBJECT ${oid} TO ${to}${grantable ? ' WITH GRANT OPTION' : ''};`);
  const remark = comment === null ? '' : `COMMENT ON LARGE OBJECT ${oid} IS ${quoteText(comment)};`;
  return `SELECT lo_create(${oid}); ALTER LARGE OBJECT ${oid} OWNER TO ${quoteName(owner)}; ${rights.join(' ')} ${remark}`;
}

/** Makes the objects and fills them page by page, as the server stores them: an object's holes stay holes. */
export async function copyLargeObjects(source: PostgresSession, target: PostgresSession, unit: LargeObjectsUnit, pipe: Pipe): Promise<Moved> {
  await target.run((await readMetadata(source, unit)).map(create).join('\n'));
  await target.run('CREATE TEMPORARY TABLE large_object_page (loid oid, start bigint, data bytea) ON COMMIT DROP');
  const moved = await pipe({
    out: `COPY (SELECT loid, pageno::bigint * (current_setting('block_size')::bigint / 4), data FROM pg_largeobject WHERE loid BETWEEN ${unit.from} AND ${unit.to}) TO STDOUT (FORMAT binary)`,
    in: 'COPY pg_temp.large_object_page FROM STDIN (FORMAT binary)',
  });
  await target.run('SELECT lo_put(loid, start, data) FROM pg_temp.large_object_page ORDER BY loid, start');
  return moved;
}

const rowsOf = (query: string): HashedRows => ({ texts: ['row'], from: `FROM (${query}) object` });

/** Of every object, for a hash: who owns it and who may what. */
export const largeObjectRows = rowsOf(`
  SELECT ROW(loid, pageno, data)::text AS row FROM pg_largeobject
  UNION ALL SELECT ROW(oid, pg_get_userbyid(lomowner), lomacl, obj_description(oid, 'pg_largeobject'))::text FROM pg_largeobject_metadata
`);

const pageBytes = `(current_setting('block_size')::integer / 4)`;
const noughts = `decode(repeat('00', ${pageBytes}), 'hex')`;

/** The same of what went through a dump, which fills holes: pages of nothing but noughts count as none, short ones as if they were full; each object's length with them. */
export const dumpedObjectRows = rowsOf(`
  SELECT ROW(loid, pageno, page)::text AS row FROM (
    SELECT loid, pageno, substr(data || ${noughts}, 1, ${pageBytes}) AS page FROM pg_largeobject
  ) each WHERE page <> ${noughts}
  UNION ALL SELECT ROW(loid, max(pageno::bigint * ${pageBytes} + length(data)))::text FROM pg_largeobject GROUP BY loid
  UNION ALL SELECT ROW(oid, pg_get_userbyid(lomowner), lomacl, obj_description(oid, 'pg_largeobject'))::text FROM pg_largeobject_metadata
`);
