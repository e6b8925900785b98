import { type PostgresSession, quoteName, quoteText } from '../../adapters/postgres/session.js';
import { foreignSchemas } from './tables.js';

export interface SequenceState {
  readonly schema: string;
  readonly name: string;
  readonly last: string;
  /** The next value is the one after `last`, else `last` itself. */
  readonly isCalled: boolean;
}

const list = `
  SELECT n.nspname AS schema, c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind = 'S' AND c.relpersistence <> 't' AND ${foreignSchemas} ORDER BY 1, 2
`;

/** Where every sequence of a database stands. */
export async function readSequences(session: PostgresSession): Promise<readonly SequenceState[]> {
  const found = await session.query<{ schema: string; name: string }>(list);
  if (found.length === 0) return [];
  const each = found.map(
    ({ schema, name }) =>
      `SELECT ${quoteText(schema)} AS schema, ${quoteText(name)} AS name, last_value::text AS last, is_called AS "isCalled" FROM ${quoteName(schema)}.${quoteName(name)}`,
  );
  return session.query<SequenceState>(each.join(' UNION ALL '));
}

/** Sets them to where the source's stand. No transaction holds a sequence; doing it again does no harm. */
export async function writeSequences(target: PostgresSession, states: readonly SequenceState[]): Promise<void> {
  const set = ({ schema, name, last, isCalled }: SequenceState) =>
    `SELECT setval(${quoteText(`${quoteName(schema)}.${quoteName(name)}`)}, ${last}, ${isCalled})`;
  if (states.length > 0) await target.run(states.map(set).join(';'));
}
