import type { ArchivedCollection } from '../../../model/backup.js';
import type { MongoRequestOf, MongoResults } from '../../../model/copier-mongo.js';
import { hashProgress } from '../../hash-progress.js';
import { findArchived } from '../archive/backed-up.js';
import { type CatalogEntry, readCatalog } from '../catalog.js';
import type { MongoContext } from '../context.js';
import { type Hashing, readCollection } from '../hash-database.js';
import { withMongo } from '../with-mongo.js';

const hands = 4;

const namesOf = (names: readonly string[]): string => names.join(', ') || 'none';

/** One sentence each. */
async function differencesOf(hashing: Hashing, to: string, then: ArchivedCollection, now: CatalogEntry | undefined): Promise<readonly string[]> {
  const { name, type, documents, hash } = then;
  if (!now) return [`${name}: in the backup, and not in the database.`];
  if (now.type !== type) return [`${name}: a ${type} in the backup, a ${now.type} in the database.`];
  const indexes = now.indexes.map((index) => String(index['name'])).toSorted();
  const ofIndexes =
    namesOf(indexes) === namesOf(then.indexes) ? [] : [`${name}: indexes ${namesOf(then.indexes)} in the backup, ${namesOf(indexes)} in the database.`];
  if (type === 'timeseries') return ofIndexes;
  // In any order: an archive has a capped collection's own, and says of none that it is.
  const read = await readCollection(hashing, to, { name, type, options: {} });
  if (read.documents !== documents) return [`${name}: ${documents} documents in the backup, ${read.documents} in the database.`, ...ofIndexes];
  return [...(read.hash === hash ? [] : [`${name}: as many documents as in the backup, but with other contents.`]), ...ofIndexes];
}

/** Compares a restored database with what its archive held, document by document; options and the buckets of time series are mongorestore's word. */
export function verifyRestored(
  request: MongoRequestOf<'verifyRestored'>,
  { connect, openStore, signal, progress }: MongoContext,
): Promise<MongoResults['verifyRestored']> {
  const { at, place, backup, from, to } = request;
  const startedMs = Date.now();
  return withMongo(connect, at, hands, async (mongo) => {
    const { database } = await findArchived(openStore(place), backup, from);
    const there = await readCatalog(mongo, to);
    const hashing = { mongo, signal, hands, onBatch: hashProgress(progress, database.bytes) };
    const differences: string[] = [];
    for (const then of database.collections)
      differences.push(
        ...(await differencesOf(
          hashing,
          to,
          then,
          there.find(({ name }) => name === then.name),
        )),
      );
    const known = new Set([...database.collections.map(({ name }) => name), ...database.views]);
    const views = database.views.filter((view) => !there.some(({ name, type }) => name === view && type === 'view'));
    differences.push(...views.map((view) => `View ${view}: in the backup, and not in the database.`));
    differences.push(...there.filter(({ name }) => !known.has(name)).map(({ name }) => `${name}: in the database, and not in the backup.`));
    return {
      equal: differences.length === 0,
      differences,
      documents: database.collections.reduce((sum, { documents }) => sum + documents, 0),
      collections: database.collections.length,
      notCompared: database.collections.filter(({ type }) => type === 'timeseries').map(({ name }) => name),
      seconds: (Date.now() - startedMs) / 1000,
    };
  });
}
