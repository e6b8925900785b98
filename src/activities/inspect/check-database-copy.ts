import type { DatabaseCopyInventory, DatabaseCopySpec } from '../../model/database-copy.js';
import type { Problem, ShownPlan } from '../../model/plan.js';
import type { Adapters } from '../adapters.js';
import type { checkSteps } from '../runs/journaled.js';
import { checkNeeds } from './check-access.js';
import { checkLocks } from './check-locks.js';
import { copyAccess } from './copy-access.js';

interface Checked {
  /** Who asks: a run, or a preview. */
  readonly run: string;
  readonly spec: DatabaseCopySpec;
  readonly inventory: DatabaseCopyInventory;
  readonly shown: ShownPlan;
}

/** Every reason against the copy, gathered before anything is touched. */
export function checkDatabaseCopy({ kube, locks, temporal }: Pick<Adapters, 'kube' | 'locks' | 'temporal'>, ofSteps: ReturnType<typeof checkSteps>) {
  return {
    async checkDatabaseCopy({ run, spec, inventory, shown }: Checked): Promise<readonly Problem[]> {
      const held = await checkLocks({ locks, temporal }, shown.plan.locks);
      if (held.length > 0) return held;
      const access = await checkNeeds(kube, copyAccess(spec, inventory));
      // A server that cannot be asked would say so once for each step, after minutes.
      if (inventory.obstacles.length > 0) return [...access, ...inventory.obstacles];
      return [...access, ...(await ofSteps({ run, steps: shown.plan.phases.flatMap(({ steps }) => steps) }))];
    },
  };
}
