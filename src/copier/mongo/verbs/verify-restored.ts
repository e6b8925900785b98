import type { Document } from 'mongodb';
import type { ArchivedCollection, ArchivedDatabase } from '../../../model/backup.js';
import type { MongoRequestOf, MongoResults } from '../../../model/copier-mongo.js';
import type { Json } from '../../../model/kube-object.js';
import { hashProgress } from '../../hash-progress.js';
import { findArchived } from '../archive/backed-up.js';
import { type CatalogEntry, readCatalog, toJson } from '../catalog.js';
import { canonical } from '../compare-databases.js';
import type { MongoContext } from '../context.js';
import { type Hashing, readCollection } from '../hash-database.js';
import { withMongo } from '../with-mongo.js';

const hands = 4;

const namesOf = (names: readonly string[]): string => names.join(', ') || 'none';

/** Numbers by their value: another server may tell an option of 1 as 1.0. */
function byValue(definition: Json): Json {
  if (typeof definition !== 'object' || definition === null) return definition;
  if (Array.isArray(definition)) return definition.map(byValue);
  const fields = Object.entries(definition);
  const [[type, value] = [], ...others] = fields;
  if (others.length === 0 && (type === '$numberInt' || type === '$numberLong' || type === '$numberDouble')) return Number(value);
  return Object.fromEntries(fields.map(([name, each]) => [name, byValue(each)]));
}

const isSame = (then: Json, now: Document): boolean => canonical(byValue(then)) === canonical(byValue(toJson(now)));

/** One sentence each; by names only where the backup knows no more. */
function definitionDifferences({ name, indexes: names, definition }: ArchivedCollection, now: CatalogEntry): readonly string[] {
  const there = now.indexes.map((index) => String(index['name'])).toSorted();
  if (namesOf(there) !== namesOf(names)) return [`${name}: indexes ${namesOf(names)} in the backup, ${namesOf(there)} in the database.`];
  if (!definition) return [];
  const other = now.indexes.filter((index) => !definition.indexes.some((then) => isSame(then, index)));
  return [
    ...(isSame(definition.options, now.options) ? [] : [`${name}: other options than in the backup.`]),
    ...other.map((index) => `${name}: index ${index['name']} is another than in the backup.`),
  ];
}

/** One sentence each. */
async function differencesOf(hashing: Hashing, to: string, then: ArchivedCollection, now: CatalogEntry | undefined): Promise<readonly string[]> {
  const { name, type, documents, hash } = then;
  if (!now) return [`${name}: in the backup, and not in the database.`];
  if (now.type !== type) return [`${name}: a ${type} in the backup, a ${now.type} in the database.`];
  const ofDefinition = definitionDifferences(then, now);
  if (type === 'timeseries') return ofDefinition;
  // In any order: what an archive has of a capped collection it does not keep apart.
  const read = await readCollection(hashing, to, { name, type, options: {} });
  if (read.documents !== documents) return [`${name}: ${documents} documents in the backup, ${read.documents} in the database.`, ...ofDefinition];
  return [...(read.hash === hash ? [] : [`${name}: as many documents as in the backup, but with other contents.`]), ...ofDefinition];
}

function viewDifferences({ views, viewDefinitions = {} }: ArchivedDatabase, there: readonly CatalogEntry[]): readonly string[] {
  return views.flatMap((view) => {
    const now = there.find(({ name, type }) => name === view && type === 'view');
    if (!now) return [`View ${view}: in the backup, and not in the database.`];
    const then = viewDefinitions[view];
    return then === undefined || isSame(then, now.options) ? [] : [`View ${view}: another definition than in the backup.`];
  });
}

/** Of which only names can be compared. */
const namesOnlyIn = ({ collections, views, viewDefinitions = {} }: ArchivedDatabase): readonly string[] => [
  ...collections.filter(({ definition }) => !definition).map(({ name }) => name),
  ...views.filter((view) => viewDefinitions[view] === undefined),
];

/** Compares a restored database with what its archive held: documents, options, indexes and views. The buckets of time series are mongorestore's word. */
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
    differences.push(...viewDifferences(database, there));
    differences.push(...there.filter(({ name }) => !known.has(name)).map(({ name }) => `${name}: in the database, and not in the backup.`));
    return {
      equal: differences.length === 0,
      differences,
      documents: database.collections.reduce((sum, { documents }) => sum + documents, 0),
      collections: database.collections.length,
      notCompared: database.collections.filter(({ type }) => type === 'timeseries').map(({ name }) => name),
      namesOnly: namesOnlyIn(database),
      seconds: (Date.now() - startedMs) / 1000,
    };
  });
}
