import type { PingResult } from '../../model/copier-mongo.js';
import type { CatalogEntry } from './catalog.js';
import { copiedWhole } from './copy-kind.js';
import { standIn } from './server.js';

/** Why a database can't be moved as it is; empty when it can. */
export function findProblems(server: PingResult, catalog: readonly CatalogEntry[]): readonly string[] {
  const encrypted = catalog.filter(({ options, name }) => options['encryptedFields'] !== undefined || name.startsWith('enxcol_'));
  return [
    ...(server.sharded ? ['The server is a sharded cluster: shard keys and zones would not come along.'] : []),
    ...encrypted.map(({ name }) => `${name} uses Queryable Encryption: its documents are bound to collections that the server keeps beside it.`),
  ];
}

/** What a reader of the plan should know. */
export function findNotes(server: PingResult, catalog: readonly CatalogEntry[]): readonly string[] {
  const ttl = catalog.filter(expires).map(({ name }) => name);
  const whole = catalog.filter(copiedWhole).map(({ name }) => name);
  const { roles, writeBlock, rangeQueriesPushedDown } = server.capabilities;
  const pretends = standIn(server, 'server');
  return [
    ...(pretends === undefined ? [] : [pretends]),
    ...(ttl.length > 0 ? [`The server deletes by itself (TTL) in ${ttl.join(', ')}: the fence pauses its TTL monitor, on the whole server.`] : []),
    ...(whole.length > 0 ? [`Copied by one connection each, from beginning to end (capped, clustered, time series): ${whole.join(', ')}.`] : []),
    ...(roles || writeBlock
      ? []
      : ['The server can neither take rights away nor block writes: that nobody wrote is proved by equal hashes before and after, not prevented.']),
    ...(rangeQueriesPushedDown ? [] : ['The server reads a whole collection for each _id range: collections are copied as one unit each.']),
  ];
}

/** Does the server delete documents of it by itself? */
export const expires = ({ options, indexes }: CatalogEntry): boolean =>
  options['expireAfterSeconds'] !== undefined || indexes.some((index) => index['expireAfterSeconds'] !== undefined);
