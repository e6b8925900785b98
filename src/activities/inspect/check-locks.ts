import type { LockStore } from '../../adapters/journal/journal.js';
import type { Problem } from '../../model/plan.js';

/** Who holds what the run would lock, with the way to it. */
export async function checkLocks(locks: Pick<LockStore, 'holder'>, keys: readonly string[]): Promise<readonly Problem[]> {
  const holders = await Promise.all(keys.map(async (key) => ({ key, holder: await locks.holder(key) })));
  return holders.flatMap(({ key, holder }) => {
    if (!holder) return [];
    const { run, workflowId, state, since } = holder;
    return [{ check: 'lock', message: `${key} is held by run ${run} (workflow ${workflowId}, ${state} since ${since}): finalize it or roll it back first` }];
  });
}
