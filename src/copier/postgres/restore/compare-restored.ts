import type { PostgresSession } from '../../../adapters/postgres/session.js';
import type { BackedUpDatabase, BackedUpTable } from '../../../model/backup.js';
import type { TableVerdict } from '../../../model/postgres-facts.js';
import { dumpedObjectRows, hashLargeObjects } from '../large-objects.js';
import type { RowHash } from '../row-hash.js';
import { readSequences } from '../sequences.js';

const show = ({ schema, name }: { readonly schema: string; readonly name: string }): string => `${schema}.${name}`;

/** Tables of the backup beside those that are there; what differs, in words. */
export function compareTables(
  wanted: readonly BackedUpTable[],
  there: ReadonlyMap<string, RowHash>,
): { readonly tables: readonly TableVerdict[]; readonly differences: readonly string[] } {
  const known = new Map(wanted.map((table) => [show(table), table]));
  const names = [...new Set([...known.keys(), ...there.keys()])].toSorted();
  const tables = names.map((name): TableVerdict => {
    const [source, target] = [known.get(name), there.get(name)];
    return {
      name,
      ...(source && { source: { rows: source.rows, hash: source.hash } }),
      ...(target && { target: { rows: target.rows, hash: target.hash } }),
      equal: source !== undefined && target !== undefined && source.rows === target.rows && source.hash === target.hash,
    };
  });
  return { tables, differences: tables.filter(({ equal }) => !equal).map(inWords) };
}

function inWords({ name, source, target }: TableVerdict): string {
  if (!source || !target) return `${name}: only in the ${source ? 'backup' : 'database'}.`;
  if (source.rows !== target.rows) return `${name}: ${source.rows} rows in the backup, ${target.rows} in the database.`;
  return `${name}: as many rows in both, but with other contents.`;
}

/** A sequence that moved while the dump was made is only looked for. */
export async function compareSequences(session: PostgresSession, { sequences }: BackedUpDatabase): Promise<readonly string[]> {
  const there = new Map((await readSequences(session)).map((state) => [show(state), state]));
  return sequences.flatMap((state) => {
    const found = there.get(show(state));
    if (!found) return [`Sequence ${show(state)}: only in the backup.`];
    if (state.moved || (found.last === state.last && found.isCalled === state.isCalled)) return [];
    return [`Sequence ${show(state)}: at ${state.last} in the backup, at ${found.last} in the database.`];
  });
}

export async function compareLargeObjects(session: PostgresSession, { largeObjects }: BackedUpDatabase, signal: AbortSignal): Promise<readonly string[]> {
  const found = await hashLargeObjects(session, dumpedObjectRows, signal);
  return found.rows === largeObjects.rows && found.hash === largeObjects.hash ? [] : ['Large objects: other contents, owners or rights.'];
}
