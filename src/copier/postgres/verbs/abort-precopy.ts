import { failure, isFailure } from '../../../errors.js';
import type { PostgresRequestOf, PostgresResults } from '../../../model/copier-postgres.js';
import type { PostgresContext } from '../context.js';
import { Subscription } from '../precopy/subscription.js';
import { withBoth, withSource } from '../precopy/with-both.js';
import { withSession } from '../with-session.js';
import { drop } from './drop.js';

type Request = PostgresRequestOf<'abortPrecopy'>;

async function abort(request: Request, context: PostgresContext): Promise<PostgresResults['abortPrecopy']> {
  const { at, run, to } = request;
  await withBoth(request, context, async ({ notes, side, name }) => {
    // One that lets nobody in is being dropped by an attempt before this: its subscription is gone.
    const there = await notes.session.query('SELECT 1 FROM pg_database WHERE datname = $1 AND datallowconn', [to]);
    const isOurs = await notes.made('database', to);
    // A database with a subscription cannot be dropped.
    if (there.length > 0 && isOurs) await withSession({ open: context.open, at, database: to, run }, (target) => new Subscription(target, name).remove());
    // Once more: until the run was taken for this epoch, an older attempt could make it again.
    await side.remove();
  });
  return drop({ ...request, verb: 'drop', database: to }, context);
}

/**
 * The undo of precopy, however far it came: nothing of the run is left on the source, and neither subscription nor database on the target. The source first: where the
 * target is dead, nobody fetches what its slot keeps. Safe to repeat, and where nothing was begun.
 */
export async function abortPrecopy(request: Request, context: PostgresContext): Promise<PostgresResults['abortPrecopy']> {
  await withSource(request, context, (side) => side.remove());
  try {
    return await abort(request, context);
  } catch (error) {
    if (!isFailure(error, 'Unreachable')) throw error;
    throw failure('Unreachable', `${error.message}. Nothing of the run is left on the source; database ${request.to} at ${request.at.host} has still to go.`, {
      cause: error,
    });
  }
}
