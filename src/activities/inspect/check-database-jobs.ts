import type { Problem, ShownPlan } from '../../model/plan.js';
import type { Adapters } from '../adapters.js';
import type { checkSteps } from '../runs/journaled.js';
import { type AccessNeed, checkNeeds } from './check-access.js';
import { checkLocks } from './check-locks.js';

interface Asked {
  /** Who asks: a run, or a preview. */
  readonly run: string;
  readonly shown: ShownPlan;
  readonly needs: readonly AccessNeed[];
  /** What the inspection found. */
  readonly obstacles: readonly Problem[];
}

/** Every reason against a plan whose steps are Jobs at a database server. One that cannot be asked would say so once for each step, after minutes: its obstacle is enough. */
export async function checkDatabaseJobs(
  { kube, locks, temporal }: Pick<Adapters, 'kube' | 'locks' | 'temporal'>,
  ofSteps: ReturnType<typeof checkSteps>,
  { run, shown, needs, obstacles }: Asked,
): Promise<readonly Problem[]> {
  const held = await checkLocks({ locks, temporal }, shown.plan.locks);
  if (held.length > 0) return held;
  const access = await checkNeeds(kube, needs);
  if (obstacles.length > 0) return [...access, ...obstacles];
  return [...access, ...(await ofSteps({ run, steps: shown.plan.phases.flatMap(({ steps }) => steps) }))];
}
