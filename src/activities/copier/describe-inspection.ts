import type { DatabaseInspection } from '../../model/copier-mongo.js';
import type { PostgresDatabaseInspection } from '../../model/copier-postgres.js';
import { counted, firstNamed } from '../../model/counted.js';
import { showBytes } from '../../model/show-bytes.js';

/** Of each kind of thing: with so many databases and the longest names it stays a few kilobytes. */
const mostNamed = 6;

const named = (what: string, names: readonly string[]): readonly string[] => (names.length > 0 ? [`${what}: ${firstNamed(names, mostNamed)}`] : []);

interface Sized {
  readonly name: string;
  readonly bytes: number;
}

const largest = (parts: readonly Sized[]): readonly string[] =>
  named(
    'largest',
    parts
      .filter(({ bytes }) => bytes > 0)
      .toSorted((a, b) => b.bytes - a.bytes)
      .map(({ name, bytes }) => `${name} (${showBytes(bytes)})`),
  );

/** What is in a database of PostgreSQL, one line each; nothing where it is not there. Numbers of rows are the planner's. */
export function describePostgres(found: PostgresDatabaseInspection): readonly string[] {
  if (!found.exists) return [];
  const { bytes, encoding, collation, owner, tables, extensions, largeObjects } = found;
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  return [
    `${showBytes(bytes)} with indexes, encoding ${encoding}, collation ${collation}, owner ${owner}`,
    `${counted(tables.length, 'table')} with about ${counted(rows, 'row')}`,
    ...largest(tables.map((table) => ({ name: `${table.schema}.${table.name}`, bytes: table.bytes }))),
    ...(largeObjects > 0 ? [counted(largeObjects, 'large object')] : []),
    ...named(
      'extensions',
      extensions.map(({ name, version }) => `${name} ${version}`),
    ),
    ...named('roles', found.roles),
    ...named('unlogged tables', found.unloggedTables),
    ...named('foreign tables', found.foreignTables),
    ...named('replication slots', found.replicationSlots),
    ...named('tablespaces', found.tablespaces),
  ];
}

/** The same of a MongoDB's. */
export function describeMongo({ exists, bytes, documents, collections, users }: DatabaseInspection): readonly string[] {
  if (!exists) return [];
  const indexes = collections.reduce((sum, each) => sum + each.indexes.length, 0);
  return [
    `${showBytes(bytes)} of documents, indexes beside those on _id: ${indexes}`,
    `${counted(collections.length, 'collection')} with ${counted(documents, 'document')}`,
    ...largest(collections),
    ...named(
      'views',
      collections.filter(({ type }) => type === 'view').map(({ name }) => name),
    ),
    ...named(
      'time series',
      collections.filter(({ type }) => type === 'timeseries').map(({ name }) => name),
    ),
    ...named(
      'users',
      users.map(({ name }) => name),
    ),
  ];
}
