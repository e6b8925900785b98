import { type PostgresSession, quoteName, quoteText } from '../../adapters/postgres/session.js';
import { failure, isFailure } from '../../errors.js';
import type { DatabaseLocale } from '../../model/backup.js';

const firstWithProviders = 150_000;

// As JSON, since most of the columns are not in every version, and one of them has had two names.
const query = `
  SELECT pg_encoding_to_char(d.encoding) AS encoding, d.datcollate AS collate, d.datctype AS ctype,
    CASE j->>'datlocprovider' WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END AS provider, coalesce(j->>'datlocale', j->>'daticulocale') AS locale, j->>'daticurules' AS rules
  FROM pg_database d, to_jsonb(d) j WHERE d.datname = current_database()
`;

/** Of the session's own database. */
export async function localeOf(session: PostgresSession): Promise<DatabaseLocale> {
  const [row] = await session.query<DatabaseLocale>(query);
  if (!row) throw new TypeError('a session has a database');
  return row;
}

function clauses({ version }: PostgresSession, { encoding, collate, ctype, provider, locale, rules }: DatabaseLocale): string {
  const common = `ENCODING ${quoteText(encoding)} LC_COLLATE ${quoteText(collate)} LC_CTYPE ${quoteText(ctype)}`;
  if (provider === undefined || version < firstWithProviders) return common;
  const own = { libc: [], icu: [`ICU_LOCALE ${quoteText(locale ?? '')}`], builtin: [`BUILTIN_LOCALE ${quoteText(locale ?? '')}`] }[provider];
  return [common, `LOCALE_PROVIDER ${provider}`, ...own, ...(rules ? [`ICU_RULES ${quoteText(rules)}`] : [])].join(' ');
}

const missing = (locale: DatabaseLocale, session: PostgresSession): string =>
  `No database can be made here with ${clauses(session, locale)}: the server lacks such a locale.`;

/** Makes an empty database that spells and sorts so. MissingLocale where the server has no such locale. */
export async function createDatabase(session: PostgresSession, name: string, locale: DatabaseLocale): Promise<void> {
  try {
    await session.run(`CREATE DATABASE ${quoteName(name)} TEMPLATE template0 ${clauses(session, locale)}`);
  } catch (error) {
    throw isFailure(error, 'Invalid') ? failure('MissingLocale', missing(locale, session), { cause: error }) : error;
  }
}

/** MissingLocale ahead of time, for any encoding. Makes nothing: asked for a database of a name that is there, a server looks at its locale first. */
export async function requireLocale(session: PostgresSession, locale: DatabaseLocale): Promise<void> {
  try {
    const [here] = await session.query<{ name: string }>('SELECT current_database() AS name');
    await createDatabase(session, here?.name ?? '', locale);
  } catch (error) {
    // Who may make none is told so by whoever asks for that.
    if (!isFailure(error, 'AlreadyExists', 'Forbidden')) throw error;
  }
}

/** Of ICU a server rewrites the locale's own name; the others must be the same to the letter. */
const compared = ['encoding', 'collate', 'ctype', 'provider'] as const;

/** What differs, in words; what a backup does not tell does not. */
export const compareLocales = (wanted: DatabaseLocale, found: DatabaseLocale): readonly string[] =>
  compared
    .filter((field) => wanted[field] !== undefined && wanted[field] !== found[field])
    .map((field) => `Database: ${field} ${wanted[field]} is wanted, ${found[field]} is there.`);
