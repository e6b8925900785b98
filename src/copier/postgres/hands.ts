import type { PostgresSession } from '../../adapters/postgres/session.js';
import type { PostgresCopyRequest } from '../../model/copier-postgres.js';
import type { PostgresContext } from './context.js';
import { Ledger } from './ledger.js';
import { openSession, type SessionPlace } from './with-session.js';

/** A session on each side: what works through units. A marker is written in the transaction of its rows, so each hand has a ledger of its own. */
export interface Hand {
  readonly source: PostgresSession;
  readonly target: PostgresSession;
  readonly ledger: Ledger;
}

type Places = Pick<PostgresCopyRequest, 'at' | 'source' | 'from' | 'to' | 'run'>;

export const sourcePlace = ({ at, source, from, run }: Places, { open }: PostgresContext): SessionPlace => ({
  open,
  at: source ?? at,
  database: from,
  run,
  readOnly: true,
});

export const targetPlace = ({ at, to, run }: Places, { open }: PostgresContext): SessionPlace => ({ open, at, database: to, run });

/** Lends so many hands for the time of `use`. */
export async function withHands<T>(
  request: Places,
  context: PostgresContext,
  count: number,
  use: (hands: readonly [Hand, ...Hand[]]) => Promise<T>,
): Promise<T> {
  const opened: PostgresSession[] = [];
  const open = async (place: SessionPlace) => {
    const session = await openSession(place);
    opened.push(session);
    return session;
  };
  const hand = async (): Promise<Hand> => {
    const [source, target] = await Promise.all([open(sourcePlace(request, context)), open(targetPlace(request, context))]);
    return { source, target, ledger: new Ledger(target, request.run) };
  };
  try {
    const first = await hand();
    return await use([first, ...(await Promise.all(Array.from({ length: count - 1 }, hand)))]);
  } finally {
    await Promise.all(opened.map((session) => session.close()));
  }
}
