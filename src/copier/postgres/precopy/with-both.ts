import type { PostgresSession } from '../../../adapters/postgres/session.js';
import type { PrecopyDatabases } from '../../../model/copier-postgres-precopy.js';
import type { RunScope } from '../../../model/copier-requests.js';
import type { PostgresServer } from '../../../model/postgres-facts.js';
import { EpochFence } from '../../epoch-fence.js';
import type { PostgresContext } from '../context.js';
import { endOthers, type RunNotes, withNotes } from '../run-notes.js';
import { withSession } from '../with-session.js';
import { precopyName } from './precopy-name.js';
import { SourceSide } from './source-side.js';

export interface Both {
  /** On the target's server. */
  readonly notes: RunNotes;
  /** In the source's database; it may write, fenced or not. */
  readonly source: PostgresSession;
  readonly side: SourceSide;
  readonly fence: EpochFence;
  readonly name: string;
}

type Request = PrecopyDatabases & RunScope<PostgresServer>;

/** Ends what other copiers for the same database have under way on the source. */
export function withSource<T>(
  request: Request,
  { open }: Pick<PostgresContext, 'open'>,
  use: (side: SourceSide, source: PostgresSession) => Promise<T>,
): Promise<T> {
  const { source: at, from } = request;
  const name = precopyName(request);
  return withSession({ open, at, database: from, run: name }, async (source) => {
    await endOthers(source, name, from);
    return use(new SourceSide(source, name), source);
  });
}

/** Takes the run for its epoch on the target, and ends what other copiers for the same database have under way on both sides: one at a time, the newest. */
export const withBoth = <T>(request: Request, { open }: PostgresContext, use: (both: Both) => Promise<T>): Promise<T> =>
  withNotes(open, request.at, request.run, async (notes) => {
    const fence = new EpochFence(notes, request.epoch);
    await fence.claim();
    await notes.endOthers(request.to);
    return withSource(request, { open }, (side, source) => use({ notes, source, side, fence, name: precopyName(request) }));
  });
