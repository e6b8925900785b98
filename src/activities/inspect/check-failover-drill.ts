import type { FailoverDrillInventory } from '../../model/failover-drill.js';
import type { Problem, ShownPlan } from '../../model/plan.js';
import type { Adapters } from '../adapters.js';
import type { checkSteps } from '../runs/journaled.js';
import { checkLocks } from './check-locks.js';
import { checkWindow } from './check-window.js';

interface Checked {
  /** Who asks: a run, or a preview. */
  readonly run: string;
  readonly inventory: FailoverDrillInventory;
  readonly shown: ShownPlan;
}

/** Every reason against the drill, gathered before anything is touched. */
export function checkFailoverDrill({ locks, temporal }: Pick<Adapters, 'locks' | 'temporal'>, ofSteps: ReturnType<typeof checkSteps>) {
  return {
    async checkFailoverDrill({ run, inventory, shown }: Checked): Promise<readonly Problem[]> {
      const held = await checkLocks({ locks, temporal }, shown.plan.locks);
      if (held.length > 0) return held;
      return [
        ...inventory.obstacles,
        ...checkWindow(shown.plan, Date.now()),
        ...(await ofSteps({ run, steps: shown.plan.phases.flatMap(({ steps }) => steps) })),
      ];
    },
  };
}
