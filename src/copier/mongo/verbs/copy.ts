import type { Mongo } from '../../../adapters/mongo/mongo.js';
import { failure } from '../../../errors.js';
import type { CopyRequest, CopyResult, PingResult } from '../../../model/copier-mongo.js';
import { AttemptLog } from '../../attempt-log.js';
import { CopyProgress } from '../../copy-progress.js';
import { EpochFence } from '../../epoch-fence.js';
import { RateLimit } from '../../rate-limit.js';
import { requireSpace } from '../../require-space.js';
import { runSideBySide } from '../../run-side-by-side.js';
import { throwIfStopped } from '../../stop.js';
import { type CatalogEntry, readCatalog } from '../catalog.js';
import type { MongoContext } from '../context.js';
import { copyAccounts } from '../copy-accounts.js';
import { copyUnit, type UnitCopy } from '../copy-unit.js';
import { destinationsOf } from '../destination.js';
import { Ledger } from '../ledger.js';
import { makeCollections, makeIndexesAndViews } from '../make-collections.js';
import { planUnits } from '../plan-units.js';
import { readSpace } from '../read-space.js';
import { describeServer } from '../server.js';
import { sumUnits } from '../sum-units.js';
import { takeTarget } from '../take-target.js';
import type { KnownUnit } from '../unit.js';
import { findProblems } from '../unmovable.js';
import { withMongo } from '../with-mongo.js';
import { accountOf } from './accounting.js';

const defaultUnitBytes = 256 * 1024 * 1024;
const defaultConnections = 4;
/** What one reading round trip should hold; two of them are in memory for each unit under way. */
const readBytes = 8 * 1024 * 1024;
const maxReadDocuments = 5000;

interface Copying extends Omit<UnitCopy, 'onBatch'> {
  readonly progress: MongoContext['progress'];
  readonly request: CopyRequest;
  readonly server: PingResult;
  readonly sourceServer: PingResult;
}

async function readSource({ source, sourceServer, from }: Copying): Promise<readonly CatalogEntry[]> {
  const catalog = await readCatalog(source, from);
  if (catalog.length === 0) throw failure('NotFound', `Database ${from} does not exist or holds nothing.`);
  const problems = findProblems(sourceServer, catalog);
  if (problems.length > 0) throw failure('PreflightFailed', `Database ${from} can't be copied: ${problems.join(' ')}`, { details: { problems } });
  return catalog;
}

async function knownUnits({ source, ledger, sourceServer, request }: Copying, data: readonly CatalogEntry[]): Promise<readonly KnownUnit[]> {
  const { from, to, unitBytes = defaultUnitBytes } = request;
  const { capabilities, flavor } = sourceServer;
  const planning = { from, to, unitBytes, rangesPushedDown: capabilities.rangeQueriesPushedDown, sizesExact: flavor === 'mongodb' };
  for (const entry of data) {
    if (await ledger.isPlanned(to, entry.name)) continue;
    await ledger.plan(to, entry.name, await planUnits(source, entry, planning));
  }
  return ledger.units(to);
}

/** Enough documents for a full round trip, by their mean size. */
const batchDocumentsOf = ({ documents, bytes }: CatalogEntry) =>
  Math.max(1, Math.min(maxReadDocuments, Math.floor((readBytes * Math.max(1, documents)) / Math.max(1, bytes))));

const counted = ({ estimatedBytes, done }: KnownUnit) => ({ estimatedBytes, ...(done && { done: { records: done.documents, bytes: done.bytes } }) });

/** Biggest first, so that none of them is begun last and runs alone. */
async function copyData(copying: Copying, data: readonly CatalogEntry[], units: readonly KnownUnit[]): Promise<void> {
  const { mongo, fence, request, server } = copying;
  const finished = new Set(data.map(({ name }) => name).filter((name) => units.every(({ collection, done }) => collection !== name || done)));
  await makeCollections(mongo, fence, request.to, data, finished);
  const destinations = await destinationsOf(mongo, server, request.to, data);
  const entries = new Map(data.map((entry) => [entry.name, entry]));
  const progress = new CopyProgress(copying.progress, units.map(counted));
  const open = units.filter(({ done }) => !done).toSorted((a, b) => b.estimatedBytes - a.estimatedBytes);
  await runSideBySide(open, request.connections ?? defaultConnections, async (unit) => {
    throwIfStopped(copying.signal);
    const onBatch = (documents: number, bytes: number) => progress.batch(documents, bytes, unit.id);
    const [entry, to] = [entries.get(unit.collection), destinations.get(unit.collection)];
    if (!entry || !to) throw failure('SourceChanged', `${request.from}.${unit.collection} was there when the copy began and is gone.`);
    await copyUnit({ ...copying, onBatch }, unit, to, batchDocumentsOf(entry));
    progress.unitDone(unit.id);
  });
}

async function copyDatabase(copying: Copying): Promise<CopyResult> {
  const { source: from, mongo, ledger, fence, request, attempts } = copying;
  const startedMs = Date.now();
  await fence.claim();
  const catalog = await readSource(copying);
  if (!request.source && request.from === request.to) throw failure('PreflightFailed', `Source and target are the same database, ${request.from}.`);
  // What an earlier attempt has copied takes its place already.
  if (!(await ledger.madeTarget(request.to))) requireSpace(await readSpace(from, request.from, mongo, request.to));
  await takeTarget(mongo, ledger, request.from, request.to);
  const data = catalog.filter(({ type }) => type !== 'view');
  const before = await knownUnits(copying, data);
  await copyData(copying, data, before);
  await attempts.close();
  throwIfStopped(copying.signal);
  const made = await makeIndexesAndViews(mongo, fence, request.to, catalog);
  const accounts = request.accounts ? { accounts: await copyAccounts(copying) } : {};
  const units = await ledger.units(request.to);
  const source = await sumUnits(
    from,
    request.from,
    data.map(({ name }) => name),
    units,
  );
  const resumed = before.filter(({ done }) => done);
  const bytesNow = source.bytes - resumed.reduce((sum, { done }) => sum + (done?.bytes ?? 0), 0);
  const seconds = (Date.now() - startedMs) / 1000;
  return {
    source,
    units: units.length,
    unitsResumed: resumed.length,
    ...made,
    ...accounts,
    seconds,
    bytesPerSecond: Math.round(bytesNow / Math.max(seconds, 0.001)),
    accounting: await accountOf(ledger, request.to),
  };
}

/** Copies a database, under another name of the same server or to another server. Safe to repeat: what has a marker is not read again. */
export async function copy(request: CopyRequest, { connect, podUid, signal, progress }: MongoContext): Promise<CopyResult> {
  const hands = request.connections ?? defaultConnections;
  const { at, run, from } = request;
  const between = async (source: Mongo, mongo: Mongo, notes: Mongo): Promise<CopyResult> => {
    const ledger = new Ledger(mongo, run);
    const attempts = new AttemptLog(new Ledger(notes, run), request.step, podUid);
    const fence = new EpochFence(ledger, request.epoch);
    const limit = new RateLimit(request.bytesPerSecond ?? Number.POSITIVE_INFINITY);
    try {
      const [server, sourceServer] = [await describeServer(mongo), await describeServer(source)];
      return await copyDatabase({ source, mongo, ledger, fence, attempts, limit, from, podUid, signal, request, server, sourceServer, progress });
    } finally {
      await attempts.close();
    }
  };
  // Reading, writing and the fence at once for each hand.
  return withMongo(connect, at, hands * 2 + 1, (mongo) =>
    withMongo(connect, at, 1, (notes) =>
      request.source ? withMongo(connect, request.source, hands, (source) => between(source, mongo, notes)) : between(mongo, mongo, notes),
    ),
  );
}
