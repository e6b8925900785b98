import type { PostgresRequestOf, PostgresResults } from '../../../model/copier-postgres.js';
import type { PostgresContext } from '../context.js';
import { Subscription } from '../precopy/subscription.js';
import { withBoth } from '../precopy/with-both.js';
import { withSession } from '../with-session.js';
import { drop } from './drop.js';

/** The undo of precopy, however far it came: nothing of the run is left on the source, and neither subscription nor database on the target. Safe to repeat, and where nothing was begun. */
export async function abortPrecopy(request: PostgresRequestOf<'abortPrecopy'>, context: PostgresContext): Promise<PostgresResults['abortPrecopy']> {
  const { at, run, to } = request;
  await withBoth(request, context, async ({ notes, side, name }) => {
    // One that lets nobody in is being dropped by an attempt before this: its subscription is gone.
    const there = await notes.session.query('SELECT 1 FROM pg_database WHERE datname = $1 AND datallowconn', [to]);
    const isOurs = (await notes.made('database', to)) !== undefined;
    // A database with a subscription cannot be dropped.
    if (there.length > 0 && isOurs) await withSession({ open: context.open, at, database: to, run }, (target) => new Subscription(target, name).remove());
    await side.remove();
  });
  return drop({ ...request, verb: 'drop', database: to }, context);
}
