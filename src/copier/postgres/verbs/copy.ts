import type { Section } from '../../../adapters/postgres/clients.js';
import type { PostgresSession } from '../../../adapters/postgres/session.js';
import { failure } from '../../../errors.js';
import type { PostgresCopyRequest, PostgresCopyResult } from '../../../model/copier-postgres.js';
import type { WriteHorizon } from '../../../model/postgres-facts.js';
import { AttemptLog } from '../../attempt-log.js';
import { definitionProgress } from '../../copy-progress.js';
import { EpochFence } from '../../epoch-fence.js';
import { requireSpace } from '../../require-space.js';
import { throwIfStopped } from '../../stop.js';
import { applyAhead, applyPostData, applyPreData, buildsByTable } from '../apply-definitions.js';
import { chooseClient } from '../choose-client.js';
import type { PostgresContext } from '../context.js';
import { copyRows, knownUnits } from '../copy-rows.js';
import { readProperties, writeProperties } from '../database-properties.js';
import { readDefinitions } from '../definitions.js';
import { requireFit } from '../find-refusals.js';
import { readSpace } from '../free-space.js';
import { type Hand, sourcePlace, targetPlace, withHands } from '../hands.js';
import { readHorizon, requireStill } from '../horizon.js';
import { Ledger } from '../ledger.js';
import { makeRoles } from '../make-roles.js';
import { putOnDisk } from '../put-on-disk.js';
import { readRoles } from '../roles.js';
import { type RunNotes, withNotes } from '../run-notes.js';
import { readSequences, writeSequences } from '../sequences.js';
import { describeServer, majorOf } from '../server.js';
import { readTables } from '../tables.js';
import { takeStatistics, takesStatistics } from '../take-statistics.js';
import { takeTarget } from '../take-target.js';
import type { KnownUnit } from '../unit.js';
import { findProblems } from '../unmovable.js';
import { withSession } from '../with-session.js';
import { accountOf } from './accounting.js';

const defaultConnections = 4;

/** The source can be moved, the target is ours, and has everybody whom the definitions name. */
async function prepare(request: PostgresCopyRequest, context: PostgresContext, notes: RunNotes): Promise<PostgresCopyResult['roles']> {
  const { source: other, from, to } = request;
  if (!other && from === to) throw failure('PreflightFailed', `Source and target are the same database, ${from}.`);
  return withSession(sourcePlace(request, context), async (source) => {
    const { superuser, inRecovery } = await describeServer(source);
    const problems = await findProblems(source, await readTables(source), inRecovery);
    if (problems.length > 0) throw failure('PreflightFailed', `Database ${from} can't be copied: ${problems.join(' ')}`, { details: { problems } });
    await requireFit(source, notes.session, context);
    // What an earlier attempt has copied takes its place already.
    if (!(await notes.made('database', request.to))) requireSpace(await readSpace(source, notes.session));
    await takeTarget(notes, source, targetPlace(request, context), request.run);
    return makeRoles(notes, await readRoles(source, superuser));
  });
}

/** Undefined where they cannot be had, of a database with very many columns for one: they are made anew then. */
const sourceStatistics = ({ source, at, from }: PostgresCopyRequest, { clients, signal }: PostgresContext, major: number): Promise<string | undefined> =>
  clients.dumpStatistics(source ?? at, from, { major, signal }).catch(() => undefined);

/** As the first attempt found the source. A server that crashed has forgotten what it counted, and its sequences skip numbers: rows that were written before that only the verification finds. */
async function firstHorizon(source: PostgresSession, ledger: Ledger): Promise<WriteHorizon> {
  const now = await readHorizon(source);
  const first = await ledger.keepHorizon(now);
  const { systemIdentifier, timeline, xmax, definitions = '' } = first;
  const hasForgotten = Number(now.rowsWritten) < Number(first.rowsWritten) || Number(now.largeObjectsWritten) < Number(first.largeObjectsWritten);
  return hasForgotten ? { ...now, systemIdentifier, timeline, xmax, definitions } : first;
}

type Filled = Omit<PostgresCopyResult, 'roles' | 'seconds' | 'bytesPerSecond'>;

async function fill(
  request: PostgresCopyRequest,
  context: PostgresContext,
  notes: RunNotes,
  hands: readonly [Hand, ...Hand[]],
  attempts: AttemptLog,
): Promise<Filled> {
  const { source, target, ledger } = hands[0];
  const { podUid, signal, clients } = context;
  const before = await firstHorizon(source, ledger);
  await requireStill(source, before);
  const major = chooseClient(await clients.majors(), majorOf(source), majorOf(target));
  const definitionsOf = async (section: Section) =>
    readDefinitions(await clients.dumpDefinitions(request.source ?? request.at, request.from, { major, section, signal }));
  const builder = (hand: Hand) => ({ ...hand, epoch: request.epoch, podUid, signal });
  const [first, ...others] = hands;
  const builders = [builder(first), ...others.map(builder)] as const;

  // What comes after the rows is read now, too: nothing changes in a source that stands still.
  const [preData, postData, statistics] = await Promise.all([
    definitionsOf('pre-data'),
    definitionsOf('post-data'),
    takesStatistics(majorOf(target)) ? sourceStatistics(request, context, major) : undefined,
  ]);
  await applyPreData(builders, preData);
  const units = await knownUnits(hands, request.unitBytes);
  const builds = await buildsByTable(source, postData);
  // One computes while others wait for the disk.
  const onFull = (table: string, hand: Hand, goesOn: () => boolean) => applyAhead(builder(hand), postData.preamble, builds.get(table) ?? [], goesOn);
  const guard = await copyRows({ hands, units, request, attempts, context, onFull });
  await attempts.close();
  throwIfStopped(signal);
  const done = (await ledger.units()) ?? [];
  const copied = sumOf(done);
  const definitions = await applyPostData(builders, postData, definitionProgress(context.progress, { records: copied.rows, bytes: copied.bytes }));
  const sequences = await readSequences(source);
  await writeSequences(target, sequences);
  await writeProperties(notes.session, request.to, await readProperties(source));
  await takeStatistics([target, ...others.map((hand) => hand.target)], statistics);
  const horizon = await requireStill(source, before);
  await putOnDisk(target);

  const resumed = units.filter((unit) => unit.done).length;
  return {
    source: { database: request.from, ...copied },
    ...{ horizon, units: units.length, unitsResumed: resumed, definitions, sequences: sequences.length },
    ...(guard && { guard }),
    accounting: await accountOf(ledger),
  };
}

function sumOf(units: readonly KnownUnit[]): Pick<PostgresCopyResult['source'], 'rows' | 'bytes' | 'tables'> {
  const tables = units.flatMap((unit) => (unit.kind === 'table' ? [unit] : []));
  return {
    rows: tables.reduce((sum, { done }) => sum + (done?.rows ?? 0), 0),
    bytes: units.reduce((sum, { done }) => sum + (done?.bytes ?? 0), 0),
    tables: new Set(tables.map(({ schema, table }) => `${schema}.${table}`)).size,
  };
}

/** Copies a database, to the same or another server. Safe to repeat: what has a marker is not copied again. */
export function copy(request: PostgresCopyRequest, context: PostgresContext): Promise<PostgresCopyResult> {
  const { at, run, step, epoch, connections = defaultConnections } = request;
  const startedMs = Date.now();
  return withNotes(context.open, at, run, async (notes) => {
    await new EpochFence(notes, epoch).claim();
    // What an earlier attempt has under way there holds locks for as long as nobody tells its server that it is gone.
    await notes.endOthers(request.to);
    const roles = await prepare(request, context, notes);
    const filled = await withHands(request, context, connections, async (hands) => {
      await hands[0].ledger.prepare();
      await new EpochFence(hands[0].ledger, epoch).claim();
      // A row of an attempt must not go with the transaction that is rolled back.
      return withSession(targetPlace(request, context), async (aside) => {
        const attempts = new AttemptLog(new Ledger(aside, run), step, context.podUid);
        try {
          return await fill(request, context, notes, hands, attempts);
        } finally {
          await attempts.close();
        }
      });
    });
    const seconds = (Date.now() - startedMs) / 1000;
    return { ...filled, roles, seconds, bytesPerSecond: Math.round(filled.source.bytes / Math.max(seconds, 0.001)) };
  });
}
