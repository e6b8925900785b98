import type { LockStore } from '../../adapters/journal/journal.js';
import type { Temporal } from '../../adapters/temporal/temporal.js';
import { workflowOfRun } from '../../model/afterwards.js';
import type { Problem } from '../../model/plan.js';

export interface LockReader {
  readonly locks: Pick<LockStore, 'holder' | 'beside'>;
  readonly temporal: Pick<Temporal, 'isOpen' | 'openAfterwards'>;
}

type Holder = NonNullable<Awaited<ReturnType<LockStore['holder']>>>;

/** Who holds what the run would lock, or works where nobody may beside it; one sentence for each, with what is to be done about it. */
export async function checkLocks({ locks, temporal }: LockReader, keys: readonly string[]): Promise<readonly Problem[]> {
  const same = await Promise.all(keys.map(async (key) => ({ key, holder: await locks.holder(key) })));
  const beside = (await locks.beside(keys)).map(({ key, ...holder }) => ({ key, holder }));
  // One that is done and can be taken back stands in nobody's way, unless that is what happens to it now.
  const isAtWork = await goneOnWith(temporal, beside);
  const inTheWay = beside.filter(({ holder }) => holder.state === 'busy' || isAtWork(holder));
  const byRun = Map.groupBy(
    [...same, ...inTheWay].flatMap(({ key, holder }) => (holder ? [{ key, holder }] : [])),
    ({ holder }) => holder.run,
  );
  return Promise.all(
    [...byRun.values()].map(async (each) => {
      const { holder } = each[0]!;
      const { run, workflowId, state, since } = holder;
      // Without an answer of Temporal's the sentence is less exact, and as true.
      const open = isAtWork(holder) || (await temporal.isOpen({ workflowId, run }).catch(() => undefined));
      const what = each.map(({ key }) => key).join(' and ');
      const verb = each.length === 1 ? 'is' : 'are';
      return { check: 'lock', message: `${what} ${verb} held by run ${run} (workflow ${workflowId}, ${state} since ${since})${adviceFor(holder, open)}` };
    }),
  );
}

/** Whose rollback or finalize is open. Asked only where somebody's could be in the way. */
async function goneOnWith({ openAfterwards }: Pick<Temporal, 'openAfterwards'>, beside: readonly { readonly holder: Holder }[]) {
  const open = beside.some(({ holder }) => holder.state === 'revertible') ? await openAfterwards() : [];
  const ids = new Set(open.map(({ workflowId }) => workflowOfRun(workflowId)));
  return ({ workflowId }: Holder): boolean => ids.has(workflowId);
}

function adviceFor({ run, state }: Holder, open: boolean | undefined): string {
  if (open === undefined) return ': finalize it or roll it back first';
  if (open) return `, which is still at work: look at it (rehelm status ${run}), and wait for its end or roll it back`;
  if (state === 'revertible') return `, which can still be taken back: finalize it (rehelm finalize ${run}) or roll it back (rehelm rollback ${run}) first`;
  return `, whose workflow was ended in the middle, as by Terminate: what it did is in its journal, so take it back first (rehelm rollback ${run})`;
}
