import { type PostgresSession, quoteName, quoteText } from '../../adapters/postgres/session.js';
import { failure } from '../../errors.js';
import { type DatabaseProperties, readProperties } from './database-properties.js';
import type { RunNotes } from './run-notes.js';
import { foreignSchemas } from './tables.js';
import type { SessionPlace } from './with-session.js';
import { withSession } from './with-session.js';

interface Locale {
  readonly encoding: string;
  readonly collate: string;
  readonly ctype: string;
}

const localeOf = `SELECT pg_encoding_to_char(encoding) AS encoding, datcollate AS collate, datctype AS ctype FROM pg_database WHERE datname = current_database()`;

/** What users made: tables, views, sequences, functions, types; not what an extension brought. */
const contents = `
  SELECT c.kind, n.nspname || '.' || c.name AS name FROM (
    SELECT 'relation' AS kind, relname AS name, relnamespace AS namespace, oid, 'pg_class'::regclass AS class FROM pg_class WHERE relkind IN ('r', 'v', 'm', 'S', 'f', 'p')
    UNION ALL SELECT 'function', proname, pronamespace, oid, 'pg_proc'::regclass FROM pg_proc
  ) c JOIN pg_namespace n ON n.oid = c.namespace
  WHERE ${foreignSchemas} AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = c.class AND d.objid = c.oid AND d.deptype = 'e')
  ORDER BY 2
`;

/** A database that was never filled may be taken: a chart makes one at its installation. */
async function requireEmpty(target: PostgresSession, database: string): Promise<void> {
  const found = await target.query<{ kind: string; name: string }>(contents);
  if (found.length === 0) return;
  const names = found.slice(0, 5).map(({ name }) => name);
  throw failure('TargetNotEmpty', `Database ${database} holds ${found.length} objects that this run did not write: ${names.join(', ')}.`, {
    details: { database, objects: found.slice(0, 50) },
  });
}

async function requireSameEncoding(target: PostgresSession, database: string, wanted: Locale): Promise<void> {
  const [found] = await target.query<Locale>(localeOf);
  if (found?.encoding === wanted.encoding) return;
  throw failure(
    'PreflightFailed',
    `Database ${database} has encoding ${found?.encoding}, the source ${wanted.encoding}: drop it, so that it is made like the source.`,
  );
}

async function look(target: PostgresSession, database: string, wanted: Locale, isOwn: boolean): Promise<DatabaseProperties> {
  if (!isOwn) await requireEmpty(target, database);
  await requireSameEncoding(target, database, wanted);
  return readProperties(target);
}

/** Takes an empty database for the run, makes it like the source where there is none, or goes on with the one it took before. Anything else is refused: the undo drops the whole database. */
export async function takeTarget(notes: RunNotes, source: PostgresSession, place: SessionPlace): Promise<void> {
  const { database } = place;
  const [locale] = await source.query<Locale>(localeOf);
  if (!locale) throw new TypeError('a session has a database');
  const there = (await notes.session.query('SELECT 1 FROM pg_database WHERE datname = $1', [database])).length > 0;
  const made = await notes.made('database', database);
  const before = there ? await withSession(place, (target) => look(target, database, locale, made !== undefined)) : null;
  if (!made) await notes.noteMade('database', database, { before });
  if (there) return;
  const { encoding, collate, ctype } = locale;
  await notes.session.run(
    `CREATE DATABASE ${quoteName(database)} TEMPLATE template0 ENCODING ${quoteText(encoding)} LC_COLLATE ${quoteText(collate)} LC_CTYPE ${quoteText(ctype)}`,
  );
}
