import type { Section } from '../../../adapters/postgres/clients.js';
import type { PostgresSession } from '../../../adapters/postgres/session.js';
import { failure } from '../../../errors.js';
import type { PostgresRequestOf } from '../../../model/copier-postgres.js';
import type { DrainResult } from '../../../model/copier-postgres-precopy.js';
import type { WriteHorizon } from '../../../model/postgres-facts.js';
import { EpochFence } from '../../epoch-fence.js';
import { applyPostData, postDataMarker } from '../apply-definitions.js';
import { chooseClient, lookForClients } from '../choose-client.js';
import type { PostgresContext } from '../context.js';
import { readProperties, writeProperties } from '../database-properties.js';
import { readDefinitions } from '../definitions.js';
import { type Hand, withHands } from '../hands.js';
import { readHorizon, requireStill } from '../horizon.js';
import { makeRoles } from '../make-roles.js';
import { lostSlot, requireSlot, requireSubscription } from '../precopy/follow-source.js';
import { Patience } from '../precopy/patience.js';
import { type Drained, PrecopyNotes } from '../precopy/precopy-notes.js';
import { readConfirmed } from '../precopy/slot.js';
import { notedOf, requireSameDefinitions, withoutOwn } from '../precopy/split-definitions.js';
import { Subscription } from '../precopy/subscription.js';
import { waitFor } from '../precopy/wait-for.js';
import { type Both, withBoth } from '../precopy/with-both.js';
import { putOnDisk } from '../put-on-disk.js';
import { readRoles } from '../roles.js';
import { readSequences, writeSequences } from '../sequences.js';
import { majorOf } from '../server.js';

type Request = PostgresRequestOf<'drainPrecopy'>;

const mostMs = 50;

/** Until everything that was ever committed on the source is on the target's disk. */
async function drain({ source, name }: Both, subscription: Subscription, { signal }: PostgresContext): Promise<Drained> {
  const startedMs = Date.now();
  const { lagBytes } = await requireSlot(source, name);
  const end = await putOnDisk(source);
  const patience = new Patience();
  await waitFor(signal, mostMs, async () => {
    const confirmed = await readConfirmed(source, name, end);
    if (!confirmed) throw lostSlot(name);
    const state = await requireSubscription(subscription, name);
    patience.require(state, `${confirmed.upTo} ${state.ready}`);
    return (confirmed.isAll && state.ready === state.tables) || undefined;
  });
  return { lagBytes, waitedSeconds: (Date.now() - startedMs) / 1000 };
}

/** Of the target without its definitions: the run's own notes come and go there, and the proof compares them itself. */
async function rowsHorizon(target: PostgresSession): Promise<WriteHorizon> {
  const { definitions: _, ...horizon } = await readHorizon(target);
  return horizon;
}

async function finish(request: Request, context: PostgresContext, both: Both, hands: readonly [Hand, ...Hand[]]): Promise<Omit<DrainResult, 'seconds'>> {
  const { notes: server, source, side, name } = both;
  const { clients, signal, podUid } = context;
  const [{ target, ledger }] = hands;
  const notes = new PrecopyNotes(target, request.run);
  const subscription = new Subscription(target, name);
  const major = chooseClient(await clients.majors(), majorOf(source), majorOf(target));
  const read = async (section: Section) =>
    withoutOwn(readDefinitions(await clients.dumpDefinitions(request.source, request.from, { major, section, signal })), name);
  const reading = Promise.all([read('pre-data'), read('post-data')]);
  // What fails first is told; the other is not left without anybody who looks at it.
  reading.catch(() => undefined);

  const known = await notes.drained();
  const drained = known ?? (await drain(both, subscription, context));
  const before = await readHorizon(source);
  const [preData, postData] = await reading;
  const done = await ledger.allDone();
  if (!known) {
    const now = notedOf(preData, postData);
    requireSameDefinitions(await notes.definitions(), now, done);
    await notes.noteDefinitions(now);
  }
  await applyPostData([{ ...hands[0], epoch: request.epoch, podUid, signal }], postData);
  const sequences = await readSequences(source);
  await new EpochFence(ledger, request.epoch).check();
  await writeSequences(target, sequences);
  // Passwords, settings and memberships may have changed while the rows travelled ahead.
  await makeRoles(server, await readRoles(source, true));
  await writeProperties(server.session, request.to, await readProperties(source));
  await requireStill(source, before);
  await notes.noteDrained(drained);
  await putOnDisk(target);

  await subscription.remove();
  await side.remove();
  return {
    ...{ lagBytes: drained.lagBytes, waitedSeconds: drained.waitedSeconds, sequences: sequences.length },
    definitions: postData.definitions.filter(({ id }) => !done.has(postDataMarker(id))).length,
    source: { database: request.from, horizon: await readHorizon(source) },
    target: { database: request.to, horizon: await rowsHorizon(target) },
  };
}

/**
 * Once the writers are out: waits until the target has everything, gives it what a subscription does not carry, and takes subscription, slot, publication and role away.
 * Safe to repeat.
 */
export function drainPrecopy(request: Request, context: PostgresContext): Promise<DrainResult> {
  const startedMs = Date.now();
  lookForClients(context);
  return withBoth(request, context, async (both) => {
    if (!(await both.notes.made('database', request.to))) throw failure('PrecopyLost', `Nothing was copied ahead into database ${request.to}.`);
    return withHands(request, context, 1, async (hands) => {
      await new EpochFence(hands[0].ledger, request.epoch).claim();
      const finished = await finish(request, context, both, hands);
      return { ...finished, seconds: (Date.now() - startedMs) / 1000 };
    });
  });
}
