import { failure, isFailure } from '../../../errors.js';
import type { PostgresRequestOf } from '../../../model/copier-postgres.js';
import type { PrecopyResult } from '../../../model/copier-postgres-precopy.js';
import { definitionProgress } from '../../copy-progress.js';
import { EpochFence } from '../../epoch-fence.js';
import { requireSpace } from '../../require-space.js';
import { applyPostData, applyPreData } from '../apply-definitions.js';
import { chooseClient } from '../choose-client.js';
import type { PostgresContext } from '../context.js';
import { readDefinitions } from '../definitions.js';
import { requireFit } from '../find-refusals.js';
import { readSpace } from '../free-space.js';
import { type Hand, targetPlace, withHands } from '../hands.js';
import { makeRoles } from '../make-roles.js';
import { connectionText } from '../precopy/connection-text.js';
import { findObstacles } from '../precopy/find-obstacles.js';
import { type Following, lostSlot, untilNear, untilReady } from '../precopy/follow-source.js';
import { PrecopyNotes } from '../precopy/precopy-notes.js';
import { readSlot } from '../precopy/slot.js';
import { identityIndexes, notedOf, requireSameDefinitions, splitDefinitions, withoutOwn } from '../precopy/split-definitions.js';
import { Subscription } from '../precopy/subscription.js';
import { untilGuarded } from '../precopy/until-guarded.js';
import { type Both, withBoth } from '../precopy/with-both.js';
import { putOnDisk } from '../put-on-disk.js';
import { readRoles } from '../roles.js';
import { majorOf } from '../server.js';
import { readTables } from '../tables.js';
import { takeTarget } from '../take-target.js';

type Request = PostgresRequestOf<'precopy'>;
type Hands = readonly [Hand, ...Hand[]];

/** Indexes are built side by side. */
const connections = 2;
/** An index and what arrives may stand in each other's way. */
const mostConflicts = 5;

/** The source can be followed, the target is ours, and has everybody whom the definitions name. */
async function prepare(request: Request, context: PostgresContext, { notes, source }: Both): Promise<PrecopyResult['roles']> {
  const isBegun = await notes.made('database', request.to);
  if (!isBegun) {
    const problems = await findObstacles(source, notes.session, request);
    if (problems.length > 0)
      throw failure('PreflightFailed', `Database ${request.from} can't be copied ahead: ${problems.join(' ')}`, { details: { problems } });
    await requireFit(source, notes.session, context);
    requireSpace(await readSpace(source, notes.session));
  }
  await takeTarget(notes, source, targetPlace(request, context), request.run);
  return makeRoles(notes, await readRoles(source, true));
}

const buildersOf = ([first, ...others]: Hands, { epoch }: Request, { podUid, signal }: PostgresContext) => {
  const builder = (hand: Hand) => ({ ...hand, epoch, podUid, signal });
  return [builder(first), ...others.map(builder)] as const;
};

/** Definitions, then what goes with them on the source, then the subscription: each only where it is not there yet. */
async function begin(request: Request, context: PostgresContext, { source, side, fence, name }: Both, hands: Hands) {
  const { clients, signal } = context;
  const [{ target, ledger }] = hands;
  const notes = new PrecopyNotes(target, request.run);
  await notes.prepare();
  const subscription = new Subscription(target, name);
  const known = await subscription.state();
  if (known && !(await readSlot(source, name))) throw lostSlot(name);

  const major = chooseClient(await clients.majors(), majorOf(source), majorOf(target));
  const read = async (section: 'pre-data' | 'post-data') =>
    withoutOwn(readDefinitions(await clients.dumpDefinitions(request.source, request.from, { major, section, signal })), name);
  const builders = buildersOf(hands, request, context);
  const [preData, postData] = await Promise.all([read('pre-data'), read('post-data')]);
  const [now, done] = [notedOf(preData, postData), await ledger.allDone()];
  if (done.has('definitions/pre-data')) requireSameDefinitions(await notes.definitions(), now, done);
  await notes.noteDefinitions(now);
  await applyPreData(builders, preData);
  const split = splitDefinitions(postData, await identityIndexes(source));
  await applyPostData(builders, split.identities);
  if (!known) {
    await side.make(await readTables(source), async () => {
      if (request.guarded) await untilGuarded(source, name, signal);
      await fence.check();
    });
    await fence.check();
    await subscription.make(connectionText(request.source, request.from, await side.makeRole()));
  }
  const state = await subscription.state();
  if (state && !state.enabled) {
    await side.noteSubscription(state.number);
    await subscription.enable();
  }
  return { subscription, builders, ahead: split.ahead };
}

type Begun = Awaited<ReturnType<typeof begin>>;

/** While rows arrive. Where a worker of the subscription and a build wait for each other, the server ends one of them; what is built stays. */
async function buildAhead({ builders, ahead }: Begun, progress: ReturnType<typeof definitionProgress>): Promise<number> {
  for (let conflicts = 0; ; conflicts++) {
    try {
      return await applyPostData(builders, ahead, progress);
    } catch (error) {
      if (!isFailure(error, 'Conflict') || conflicts === mostConflicts) throw error;
    }
  }
}

/** Fills a database by a subscription while the product goes on writing to the source, up to where a cutover is short. Safe to repeat: the two servers keep all state. */
export function precopy(request: Request, context: PostgresContext): Promise<PrecopyResult> {
  const startedMs = Date.now();
  return withBoth(request, context, async (both) => {
    const { source, side, name, fence } = both;
    const roles = await prepare(request, context, both);
    return withHands(request, context, connections, async (hands) => {
      const [{ target, ledger }] = hands;
      await ledger.prepare();
      await new EpochFence(ledger, request.epoch).claim();
      const begun = await begin(request, context, both, hands);
      const bytes = (await readTables(source)).reduce((sum, table) => sum + table.bytes, 0);
      const following: Following = {
        ...{ name, source, target, side, subscription: begun.subscription, slotLimitBytes: request.slotLimitBytes },
        ...{ totalBytes: bytes, signal: context.signal, progress: context.progress },
      };
      const tables = await untilReady(following);
      const indexing = definitionProgress(context.progress, { records: 0, bytes });
      const definitions = await buildAhead(begun, indexing);
      await target.run('ANALYZE');
      const lagBytes = await untilNear(following);
      await fence.check();
      await putOnDisk(target);
      return { tables, bytes, definitions, roles, lagBytes, seconds: (Date.now() - startedMs) / 1000 };
    });
  });
}
