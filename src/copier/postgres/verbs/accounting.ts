import type { PostgresRequestOf } from '../../../model/copier-postgres.js';
import type { Accounting } from '../../../model/copier-requests.js';
import { countCopied } from '../../count-copied.js';
import type { PostgresContext } from '../context.js';
import { Ledger } from '../ledger.js';
import { withSession } from '../with-session.js';

/** Of units and attempts, by the target's own notes. */
export async function accountOf(ledger: Ledger): Promise<Accounting> {
  const units = (await ledger.units()) ?? [];
  return countCopied(
    units.map(({ id, done }) => ({ unit: id, ...(done && { done }) })),
    await ledger.attempts(),
  );
}

export const accounting = ({ at, run, database }: PostgresRequestOf<'accounting'>, { open }: PostgresContext): Promise<Accounting> =>
  withSession({ open, at, database }, (session) => accountOf(new Ledger(session, run)));
