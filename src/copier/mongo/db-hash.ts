import type { Mongo } from '../../adapters/mongo/mongo.js';
import type { PingResult } from '../../model/copier-mongo.js';
import { readCatalog } from './catalog.js';
import { describeServer, tryCommand } from './server.js';

export interface Side {
  readonly mongo: Mongo;
  readonly database: string;
}

/** Which collections two servers themselves found equal, and which not; those in neither list are to be read. */
export interface ServersVerdict {
  readonly equal: ReadonlySet<string>;
  readonly different: ReadonlySet<string>;
}

/** A server of another make may know the command and mean something else by it. */
const trusted = ({ flavor, sharded, capabilities }: PingResult): boolean => flavor === 'mongodb' && !sharded && capabilities.dbHash;

/** A time series' buckets are cut as its documents came, so that two equal ones need not hash alike. */
async function namesOf({ mongo, database }: Side): Promise<readonly string[]> {
  return (await readCatalog(mongo, database)).filter(({ type }) => type === 'collection').map(({ name }) => name);
}

/** MD5 of each collection's documents in the order of `_id`, of capped ones in their own; undefined where we may not ask. */
async function ask({ mongo, database }: Side, collections: readonly string[]): Promise<Readonly<Record<string, string>> | undefined> {
  return (await tryCommand(mongo, database, { dbHash: 1, collections: [...collections] }))?.['collections'];
}

/**
 * Has both servers hash what has the same name on both sides (dbHash), so that no document travels. It keeps writers of the database out while it reads,
 * whom the fence keeps out anyway.
 */
export async function compareByServers(source: Side, target: Side): Promise<ServersVerdict> {
  const nothing = { equal: new Set<string>(), different: new Set<string>() };
  if (!trusted(await describeServer(source.mongo)) || !trusted(await describeServer(target.mongo))) return nothing;
  const there = new Set(await namesOf(target));
  const names = (await namesOf(source)).filter((name) => there.has(name));
  if (names.length === 0) return nothing;
  const [left, right] = await Promise.all([ask(source, names), ask(target, names)]);
  const known = names.filter((name) => left?.[name] !== undefined && right?.[name] !== undefined);
  return {
    equal: new Set(known.filter((name) => left?.[name] === right?.[name])),
    different: new Set(known.filter((name) => left?.[name] !== right?.[name])),
  };
}
