import type { BackedUpDatabase, BackedUpSequence } from '../../../model/backup.js';
import { hashProgress } from '../../hash-progress.js';
import type { PostgresContext } from '../context.js';
import { localeOf } from '../database-locale.js';
import { hashTables } from '../hash-tables.js';
import { dumpedObjectRows, hashLargeObjects } from '../large-objects.js';
import { readSequences, type SequenceState } from '../sequences.js';
import { readTables, showTable } from '../tables.js';
import type { Snapshot } from './with-snapshot.js';

/** What a restore of this snapshot must come to: counts and hashes of every table and of the large objects. */
export async function describeDatabase(
  { sessions }: Snapshot,
  { signal, progress }: Pick<PostgresContext, 'signal' | 'progress'>,
): Promise<Omit<BackedUpDatabase, 'name' | 'folder' | 'sequences' | 'roles'>> {
  const [first] = sessions;
  const locale = await localeOf(first);
  const [size] = await first.query<{ bytes: string }>('SELECT pg_database_size(current_database()) AS bytes');
  const tables = await readTables(first);
  const onPart = hashProgress(
    progress,
    tables.reduce((sum, { bytes }) => sum + bytes, 0),
  );
  const hashes = await hashTables({ sessions, signal, onPart }, tables);
  const largeObjects = await hashLargeObjects(first, dumpedObjectRows, signal);
  const extensions = await first.query<{ name: string }>('SELECT extname AS name FROM pg_extension ORDER BY 1');
  return {
    ...locale,
    bytes: Number(size?.bytes),
    tables: tables.map((table) => {
      const { rows = 0, hash = '' } = hashes.get(showTable(table)) ?? {};
      return { schema: table.schema, name: table.name, rows, hash };
    }),
    largeObjects: { rows: largeObjects.rows, hash: largeObjects.hash },
    extensions: extensions.map(({ name }) => name),
  };
}

/** No snapshot holds a sequence: told as it was before the dump, and whether it moved until after it. */
export async function watchSequences({ sessions: [first] }: Snapshot): Promise<() => Promise<readonly BackedUpSequence[]>> {
  const key = ({ schema, name }: SequenceState) => `${schema}.${name}`;
  const before = await readSequences(first);
  return async () => {
    const after = new Map((await readSequences(first)).map((state) => [key(state), state]));
    return before.map((state) => {
      const now = after.get(key(state));
      return { ...state, ...((now?.last !== state.last || now.isCalled !== state.isCalled) && { moved: true as const }) };
    });
  };
}
