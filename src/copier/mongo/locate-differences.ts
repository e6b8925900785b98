import { BSON, type Document } from 'mongodb';
import type { CollectionHash, DatabaseHash } from '../../model/copier-mongo.js';
import { readCatalog } from './catalog.js';
import { copiedWhole } from './copy-kind.js';
import { type Hashing, readCollection } from './hash-database.js';
import { planRanges } from './id-ranges.js';
import { describeServer } from './server.js';

/** Ranges to look at; of those that differ, so many are named. */
const maxRanges = 64;
const maxNamed = 3;
const leastDocuments = 1000;

interface Sides {
  readonly source: Hashing;
  readonly target: Hashing;
}

/** Of numbers, ObjectIds and dates: what else names a document is its users' own, an e-mail address or a session, and what is said here is kept. */
const shown: ReadonlySet<unknown> = new Set(['Double', 'Int32', 'Long', 'Decimal128', 'ObjectId']);
const mayBeShown = (bound: unknown): boolean =>
  bound === undefined || bound instanceof Date || (typeof bound === 'object' && bound !== null && '_bsontype' in bound && shown.has(bound._bsontype));

function show(ranges: readonly Document[], filter: Document): string {
  const { $gte, $lt, $not } = filter['_id'] as Document;
  if ([$gte, $lt, $not?.$gte].every(mayBeShown)) return BSON.EJSON.stringify(filter, { relaxed: true });
  return `range ${ranges.indexOf(filter) + 1} of ${ranges.length} by _id`;
}

async function locateOne({ source, target }: Sides, from: string, to: string, { name, documents }: CollectionHash): Promise<string> {
  const ranges = await planRanges(source.mongo, from, name, Math.max(leastDocuments, Math.ceil(documents / maxRanges)));
  const different: Document[] = [];
  for (const filter of ranges) {
    const entry = { name, type: 'collection', options: {} } as const;
    const [left, right] = await Promise.all([readCollection(source, from, entry, filter), readCollection(target, to, entry, filter)]);
    if (left.hash !== right.hash) different.push(filter);
  }
  const more = different.length - maxNamed;
  return [...different.slice(0, maxNamed).map((filter) => show(ranges, filter)), ...(more > 0 ? [`${more} more ranges`] : [])].join(' and ');
}

/** For collections whose documents differ, which ranges of ids hold the difference. Reads them once more, where both servers answer ranges from an index. */
export async function locateDifferences(sides: Sides, source: DatabaseHash, target: DatabaseHash): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  const different = source.collections.filter(({ name, hash }) => target.collections.some((other) => other.name === name && other.hash !== hash));
  if (different.length === 0) return found;
  const servers = await Promise.all([describeServer(sides.source.mongo), describeServer(sides.target.mongo)]);
  if (!servers.every(({ capabilities }) => capabilities.rangeQueriesPushedDown)) return found;
  const whole = new Set((await readCatalog(sides.source.mongo, source.database)).filter(copiedWhole).map(({ name }) => name));
  for (const each of different.filter(({ name }) => !whole.has(name))) found.set(each.name, await locateOne(sides, source.database, target.database, each));
  return found;
}
