import type { KustomizeToHelmInventory } from '../model/kustomize-to-helm.js';
import type { Problem } from '../model/plan.js';

/** An inventory with what inspection has to say beyond names and numbers. It has to say it then: rendered manifests never leave the activity. */
export interface Observed extends KustomizeToHelmInventory {
  /** Why the chart could not run where it is to go. Refused with the plan's other problems. */
  readonly obstacles?: readonly Problem[];
  /** What a reader of the plan should know. Sentences that stay the same while the world does: they are part of the plan's hash. */
  readonly remarks?: readonly string[];
}
