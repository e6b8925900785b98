import type { LockStore } from '../../adapters/journal/journal.js';
import { failure } from '../../errors.js';
import type { Act } from '../../model/act.js';

/** Superseded where the run has turned back since the act was begun. For writes that don't go through the cluster's own guard, such as helm's. */
export async function checkEpoch(locks: Pick<LockStore, 'epoch'>, { run, step, epoch }: Act): Promise<void> {
  const current = await locks.epoch(run);
  if (current !== epoch) throw failure('Superseded', `${step} of run ${run} acts in epoch ${epoch}, and the run is in epoch ${current}`);
}
