import type { PostgresSession } from '../../adapters/postgres/session.js';
import type { PostgresCopyRequest } from '../../model/copier-postgres.js';
import type { PostgresContext } from './context.js';
import { Ledger } from './ledger.js';
import { type SessionPlace, several, withSessions } from './with-session.js';

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
export const withHands = <T>(request: Places, context: PostgresContext, count: number, use: (hands: readonly [Hand, ...Hand[]]) => Promise<T>): Promise<T> =>
  withSessions(async (open) => {
    const hand = async (): Promise<Hand> => {
      const [source, target] = await Promise.all([open(sourcePlace(request, context)), open(targetPlace(request, context))]);
      return { source, target, ledger: new Ledger(target, request.run) };
    };
    return use(await several(count, hand));
  });
