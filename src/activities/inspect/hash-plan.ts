import { createHash } from 'node:crypto';
import type { Plan } from '../../model/plan.js';

/** By this a plan is approved: twelve hex digits of the SHA-256 of its JSON, without its estimates. */
export const hashPlan = (plan: Plan): string =>
  createHash('sha256')
    .update(JSON.stringify(promised(plan)))
    .digest('hex')
    .slice(0, 12);

const promised = (plan: Plan): Plan => ({
  ...plan,
  phases: plan.phases.map((phase) => ({ ...phase, steps: phase.steps.map(({ estimate: _, ...step }) => step) })),
});
