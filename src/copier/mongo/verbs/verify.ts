import type { Mongo } from '../../../adapters/mongo/mongo.js';
import type { VerifyRequest, VerifyResult } from '../../../model/copier-mongo.js';
import { hashProgress } from '../../hash-progress.js';
import { readAccounts } from '../accounts.js';
import { compareAccounts } from '../compare-accounts.js';
import { compareDatabases } from '../compare-databases.js';
import type { MongoContext } from '../context.js';
import { compareByServers, type ServersVerdict } from '../db-hash.js';
import { type Hashing, hashDatabase } from '../hash-database.js';
import { locateDifferences } from '../locate-differences.js';
import { describeServer, standIn } from '../server.js';
import { sizeOf } from '../size-of.js';
import { withMongo } from '../with-mongo.js';

/** Of each side. */
const hands = 4;

interface Sides {
  readonly there: Mongo;
  readonly mongo: Mongo;
}

/** A collection that a copy has read, or that the servers found equal, is not read again; one that they found different is read on both sides, whatever was read before. */
async function hashBoth(
  { there, mongo }: Sides,
  { from, to, copied = [] }: VerifyRequest,
  { equal, different }: ServersVerdict,
  hashing: Omit<Hashing, 'mongo'>,
) {
  const before = copied.filter(({ name }) => !different.has(name));
  const reading = hashDatabase({ ...hashing, mongo: there }, from, before);
  if (equal.size === 0) return Promise.all([reading, hashDatabase({ ...hashing, mongo }, to)]);
  const source = await reading;
  return [
    source,
    await hashDatabase(
      { ...hashing, mongo },
      to,
      source.collections.filter(({ name }) => equal.has(name)),
    ),
  ] as const;
}

async function compareSides(sides: Sides, request: VerifyRequest, { signal, progress }: MongoContext): Promise<VerifyResult> {
  const { there, mongo } = sides;
  const { from, to, copied, accounts } = request;
  const bytes = (copied ? 0 : await sizeOf(there, [from])) + (await sizeOf(mongo, [to]));
  const hashing = { signal, hands, onBatch: hashProgress(progress, bytes) };
  const byServers = await compareByServers({ mongo: there, database: from }, { mongo, database: to });
  const [source, target] = await hashBoth(sides, request, byServers, hashing);
  const where = await locateDifferences({ source: { ...hashing, mongo: there }, target: { ...hashing, mongo } }, source, target);
  const { collections, differences: ofData } = compareDatabases(source, target, where);
  const differences = [...ofData, ...(accounts ? compareAccounts(await readAccounts(there, from), await readAccounts(mongo, to), accounts, request) : [])];
  const servers = [standIn(await describeServer(there), 'source'), standIn(await describeServer(mongo), 'target')];
  return {
    equal: differences.length === 0,
    documents: source.documents,
    collections: collections.map((each) => ({ ...each, ...(byServers.equal.has(each.name) && { byServers: true }) })),
    differences,
    standIns: servers.filter((each) => each !== undefined),
    source,
    target,
  };
}

/**
 * Has the servers compare where they can, and reads the target once where they can't, and the source beside it where no copy has read it.
 * A difference is an answer, not a failure: whoever asked decides.
 */
export function verify(request: VerifyRequest, context: MongoContext): Promise<VerifyResult> {
  const { connect } = context;
  return withMongo(connect, request.at, hands * 4, (mongo) =>
    request.source
      ? withMongo(connect, request.source, hands * 2, (there) => compareSides({ there, mongo }, request, context))
      : compareSides({ there: mongo, mongo }, request, context),
  );
}
