import { createHash } from 'node:crypto';
import type { Plan } from '../../model/plan.js';

/** By this a plan is approved: twelve hex digits of the SHA-256 of its JSON, without its estimates and what was found. */
export const hashPlan = (plan: Plan): string =>
  createHash('sha256')
    .update(JSON.stringify(promised(plan)))
    .digest('hex')
    .slice(0, 12);

const promised = ({ inspected: _, ...plan }: Plan): Plan => ({
  ...plan,
  phases: plan.phases.map((phase) => ({ ...phase, steps: phase.steps.map(({ estimate: _estimate, ...step }) => step) })),
});
