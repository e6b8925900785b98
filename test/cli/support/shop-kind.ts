import type { Plan, Problem } from '../../../src/model/plan.js';
import type { Policy } from '../../../src/model/policy.js';
import { invalidSpec, type SpecProblem } from '../../../src/model/schema/read-spec.js';
import { keep, stop } from '../../support/shop.js';
import { unattended } from '../../support/unattended.js';

/** A kind's three activities, as a test wants them. */
export interface ShopKind {
  readonly policy?: Partial<Policy>;
  readonly plan?: () => Plan;
  readonly hash?: () => string;
  readonly problems?: readonly Problem[];
  readonly invalid?: readonly SpecProblem[];
  /** Sees every spec that arrives. */
  readonly seen?: (spec: unknown) => void;
}

/** Nobody is asked; what fails waits for somebody at the terminal. */
const usual: Policy = { ...unattended, failureWaitSeconds: 3600, planFreshSeconds: 60, heartbeatTimeoutSeconds: 3 };

export const hash = 'cafe12345678';

/** Keep the volume and stop api; then, committed, stop web. */
export const planShop = (): Plan => ({
  kind: 'KustomizeToHelm',
  title: 'Move shop to Helm',
  locks: ['release/shop/web'],
  notes: ['hooks are left out'],
  phases: [
    { id: 'prepare', title: 'Prepare', gate: 'start', steps: [keep, stop('api')] },
    { id: 'open', title: 'Open traffic', gate: 'commit', commits: true, steps: [stop('web')] },
  ],
});

export function shopKind({ policy = {}, plan = planShop, hash: hashOf = () => hash, problems = [], invalid, seen }: ShopKind = {}) {
  return {
    inspectKustomizeToHelm: async ({ spec }: { readonly spec: unknown }) => {
      seen?.(spec);
      if (invalid) throw invalidSpec(invalid);
      return { spec, policy: { ...usual, ...policy }, inventory: {} };
    },
    planKustomizeToHelm: async () => ({ plan: plan(), hash: hashOf() }),
    checkKustomizeToHelm: async () => problems,
  };
}

export const specText = `apiVersion: rehelm.dev/v1alpha1
kind: KustomizeToHelm
metadata: { name: shop }
target:
  namespace: shop
  release: web
  chart: oci://registry.example.com/shop
`;
