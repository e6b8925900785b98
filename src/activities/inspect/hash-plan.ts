import { createHash } from 'node:crypto';
import type { Plan } from '../../model/plan.js';

/** By this a plan is approved: twelve hex digits of the SHA-256 of its JSON. */
export const hashPlan = (plan: Plan): string => createHash('sha256').update(JSON.stringify(plan)).digest('hex').slice(0, 12);
