import type { KustomizeToHelmInventory, KustomizeToHelmSpec } from '../../model/kustomize-to-helm.js';
import type { ShownPlan } from '../../model/plan.js';
import { planKustomizeToHelm as plan } from '../../plans/kustomize-to-helm.js';
import { hashPlan } from './hash-plan.js';

/** An activity, so that the plan is in the history: new worker code never changes the plan of a run that has begun. */
export async function planKustomizeToHelm({
  spec,
  inventory,
}: {
  readonly spec: KustomizeToHelmSpec;
  readonly inventory: KustomizeToHelmInventory;
}): Promise<ShownPlan> {
  const made = plan(spec, inventory);
  return { plan: made, hash: hashPlan(made) };
}
