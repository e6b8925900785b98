import { createHash } from 'node:crypto';
import type { PostgresSession } from '../../adapters/postgres/session.js';
import { failure } from '../../errors.js';
import { dropDatabase, withoutSessions } from './drop-database.js';
import { allowConnections, databasesThere, renameDatabase } from './restore/names.js';
import type { RunNotes } from './run-notes.js';
import { foreignSchemas } from './tables.js';
import { type SessionPlace, withSession } from './with-session.js';

/** What users filled: tables, views, sequences, functions, large objects; not what an extension brought. */
const contents = `
  SELECT c.kind, n.nspname || '.' || c.name AS name FROM (
    SELECT 'relation' AS kind, relname AS name, relnamespace AS namespace, oid, 'pg_class'::regclass AS class FROM pg_class WHERE relkind IN ('r', 'v', 'm', 'S', 'f', 'p')
    UNION ALL SELECT 'function', proname, pronamespace, oid, 'pg_proc'::regclass FROM pg_proc
  ) c JOIN pg_namespace n ON n.oid = c.namespace
  WHERE ${foreignSchemas} AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = c.class AND d.objid = c.oid AND d.deptype = 'e')
  UNION ALL SELECT 'large object', oid::text FROM pg_largeobject_metadata
  ORDER BY 2
`;

export const readContents = (session: PostgresSession): Promise<readonly { readonly kind: string; readonly name: string }[]> => session.query(contents);

async function requireEmpty(target: PostgresSession, database: string): Promise<void> {
  const found = await readContents(target);
  if (found.length === 0) return;
  const names = found.slice(0, 5).map(({ name }) => name);
  throw failure('TargetNotEmpty', `Database ${database} holds ${found.length} objects that this run did not write: ${names.join(', ')}.`, {
    details: { database, objects: found.slice(0, 50) },
  });
}

const asideName = (run: string, database: string): string =>
  `rehelm_aside_${createHash('sha256')
    .update(JSON.stringify([run, database]))
    .digest('hex')
    .slice(0, 12)}`;

/**
 * A database that was never filled, as a chart makes one at its installation, makes room: it goes on under another name, as it stands, without connections. Roles, rights, settings,
 * extensions and schemas of it are back with its name. TargetNotEmpty where it holds more. Safe to repeat.
 */
export async function putEmptyAside(notes: RunNotes, place: SessionPlace, run: string): Promise<void> {
  const { session } = notes;
  const { database } = place;
  const aside = asideName(run, database);
  // Where an earlier attempt has closed it already, that one has looked.
  const [row] = await session.query<{ open: boolean }>('SELECT datallowconn AS open FROM pg_database WHERE datname = $1', [database]);
  if (row?.open || !(await notes.made('aside', aside))) await withSession(place, (target) => requireEmpty(target, database));
  await notes.noteMade('aside', aside);
  await allowConnections(session, database, false);
  await withoutSessions(session, [database], () =>
    session.inTransaction(async () => {
      await renameDatabase(session, database, aside);
      await notes.noteMade('database', database);
    }),
  );
}

/** The undo: the empty one has its name back and takes connections, and the notes of both are gone. Passed over where none was put aside. */
export async function putEmptyBack(notes: RunNotes, database: string, run: string): Promise<void> {
  const { session } = notes;
  const aside = asideName(run, database);
  const isNoted = await notes.made('aside', aside);
  const there = await databasesThere(notes, [database, aside]);
  await session.inTransaction(async () => {
    if (there.has(aside)) await renameDatabase(session, aside, database);
    if (isNoted && (there.has(aside) || there.has(database))) await allowConnections(session, database, true);
    await notes.forgetMade('database', database);
    await notes.forgetMade('aside', aside);
  });
}

/** Nobody comes back to it any more. Safe to repeat. */
export async function dropEmptyAside(notes: RunNotes, database: string, run: string): Promise<void> {
  const aside = asideName(run, database);
  if ((await databasesThere(notes, [aside])).has(aside)) await dropDatabase(notes.session, aside);
}
