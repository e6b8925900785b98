import { type Moved, type PostgresSession, quoteName, quoteText } from '../../adapters/postgres/session.js';
import { throwIfStopped } from '../stop.js';
import { hashRows, RowHash } from './row-hash.js';
import type { LargeObjectsUnit, Pipe } from './unit.js';

/** Of a page, as long as the server makes them. */
const pageBytes = `(current_setting('block_size')::bigint / 4)`;

/** However small they are: of each there are an owner and rights to be told. */
const mostObjects = 1000;

/**
 * Of a database, cut by their numbers: units of at most so many bytes. What is bigger than half of that is a unit alone, and of the others so many go together
 * as begin within the same half. An object's length is that of its pages; how much is in them is not read.
 */
export async function planLargeObjects(session: PostgresSession, unitBytes: number): Promise<readonly LargeObjectsUnit[]> {
  // Without any, nobody has to be allowed to read them.
  if ((await session.query('SELECT 1 FROM pg_largeobject_metadata LIMIT 1')).length === 0) return [];
  const half = Math.max(1, Math.ceil(unitBytes / 2));
  const found = await session.query<{ from: string; to: string; bytes: string }>(
    `WITH object AS (
       SELECT each.oid::bigint AS oid, coalesce(pages, 0) * ${pageBytes} AS bytes FROM pg_largeobject_metadata each
       LEFT JOIN (SELECT loid, count(*) AS pages FROM pg_largeobject GROUP BY loid) page ON page.loid = each.oid
     ), weighed AS (
       SELECT oid, bytes, greatest(bytes, ${Math.ceil(half / mostObjects)}) AS weight, bytes > ${half} AS alone,
         count(*) FILTER (WHERE bytes > ${half}) OVER (ORDER BY oid) AS before FROM object
     ), placed AS (
       SELECT oid, bytes, alone, before, div(sum(weight) OVER (PARTITION BY before, alone ORDER BY oid) - weight, ${half}) AS place FROM weighed
     )
     SELECT min(oid)::text AS from, max(oid)::text AS to, sum(bytes)::text AS bytes FROM placed GROUP BY before, alone, place ORDER BY min(oid)`,
  );
  return found.map(({ from, to, bytes }) => ({
    kind: 'largeObjects',
    id: `largeObjects/${from}`,
    estimatedBytes: Number(bytes),
    from: Number(from),
    to: Number(to),
  }));
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

/** Pages that lie on the target's disk twice while they are put. */
const pagesAtOnce = 2 ** 17;

/** Of an object that is a unit alone, so many pages at a time; of others all, which are no more. */
async function slicesOf(source: PostgresSession, { from, to }: LargeObjectsUnit): Promise<readonly string[]> {
  const range = `loid BETWEEN ${from} AND ${to}`;
  if (from !== to) return [range];
  const [last] = await source.query<{ page: number | null }>(`SELECT max(pageno) AS page FROM pg_largeobject WHERE ${range}`);
  const count = Math.floor((last?.page ?? 0) / pagesAtOnce) + 1;
  return Array.from({ length: count }, (_, slice) => `${range} AND pageno BETWEEN ${slice * pagesAtOnce} AND ${(slice + 1) * pagesAtOnce - 1}`);
}

/** Makes the objects and fills them page by page, as the server stores them: an object's holes stay holes. The answer is how many were put, not a row for each. */
export async function copyLargeObjects(source: PostgresSession, target: PostgresSession, unit: LargeObjectsUnit, pipe: Pipe): Promise<Moved> {
  await target.run((await readMetadata(source, unit)).map(create).join('\n'));
  await target.run('CREATE TEMPORARY TABLE large_object_page (loid oid, start bigint, data bytea) ON COMMIT DROP');
  const moved: Moved[] = [];
  for (const slice of await slicesOf(source, unit)) {
    moved.push(
      await pipe({
        out: `COPY (SELECT loid, pageno::bigint * ${pageBytes}, data FROM pg_largeobject WHERE ${slice}) TO STDOUT (FORMAT binary)`,
        in: 'COPY pg_temp.large_object_page FROM STDIN (FORMAT binary)',
      }),
    );
    await target.run('SELECT count(lo_put(loid, start, data)) FROM pg_temp.large_object_page; TRUNCATE pg_temp.large_object_page');
  }
  return { rows: moved.reduce((sum, { rows }) => sum + rows, 0), bytes: moved.reduce((sum, { bytes }) => sum + bytes, 0) };
}

/** Of objects with these numbers, a query of rows. */
type ObjectRows = (range: string) => string;

/** Of every object, for a hash: who owns it and who may what. */
export const largeObjectRows: ObjectRows = (range) => `
  SELECT ROW(loid, pageno, data)::text AS row FROM pg_largeobject WHERE loid ${range}
  UNION ALL SELECT ROW(oid, pg_get_userbyid(lomowner), lomacl, obj_description(oid, 'pg_largeobject'))::text FROM pg_largeobject_metadata WHERE oid ${range}
`;

/** Of an object its length; nothing where it has no page. */
const lengthsOf = (range: string): string =>
  `SELECT loid, max(pageno * ${pageBytes} + length(data)) AS bytes FROM pg_largeobject WHERE loid ${range} GROUP BY loid`;

const noughts = `decode(repeat('00', ${pageBytes}::integer), 'hex')`;

/** The same of what went through a dump, which fills holes: pages of nothing but noughts count as none, short ones as if they were full; each object's length with them. */
export const dumpedObjectRows: ObjectRows = (range) => `
  SELECT ROW(loid, pageno, page)::text AS row FROM (
    SELECT loid, pageno, substr(data || ${noughts}, 1, ${pageBytes}::integer) AS page FROM pg_largeobject WHERE loid ${range}
  ) each WHERE page <> ${noughts}
  UNION ALL SELECT ROW(loid, bytes)::text FROM (${lengthsOf(range)}) each
  UNION ALL SELECT ROW(oid, pg_get_userbyid(lomowner), lomacl, obj_description(oid, 'pg_largeobject'))::text FROM pg_largeobject_metadata WHERE oid ${range}
`;

/** Of what one statement reads. */
const partBytes = 64 * 1024 * 1024;
const lastOid = 2 ** 32 - 1;

/** Ranges of numbers for statements that read so much of it each; together they are all numbers. */
async function objectRanges(session: PostgresSession): Promise<readonly string[]> {
  const [first, ...others] = await planLargeObjects(session, partBytes);
  if (!first) return [];
  const starts = [0, ...others.map(({ from }) => from)];
  return starts.map((start, index) => `BETWEEN ${start} AND ${(starts[index + 1] ?? lastOid + 1) - 1}`);
}

/** Range by range; what adds up does not depend on how they are cut. */
export async function hashLargeObjects(session: PostgresSession, rows: ObjectRows, signal: AbortSignal): Promise<RowHash> {
  const hash = new RowHash();
  for (const range of await objectRanges(session)) {
    throwIfStopped(signal);
    await hashRows(session, { texts: ['row'], from: `FROM (${rows(range)}) object` }, hash);
  }
  return hash;
}

/** Of every object its length in bytes, holes counted, in the order of their numbers; some at a time. */
export async function* readLengths(session: PostgresSession): AsyncIterable<readonly { readonly oid: number; readonly bytes: number }[]> {
  for (const range of await objectRanges(session)) {
    const found = await session.query<{ oid: string; bytes: string }>(
      `SELECT each.oid::text AS oid, coalesce(bytes, 0)::text AS bytes FROM pg_largeobject_metadata each
       LEFT JOIN (${lengthsOf(range)}) held ON held.loid = each.oid WHERE each.oid ${range} ORDER BY each.oid`,
    );
    yield found.map(({ oid, bytes }) => ({ oid: Number(oid), bytes: Number(bytes) }));
  }
}
