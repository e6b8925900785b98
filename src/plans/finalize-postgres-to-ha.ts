import type { FinalizeInventoryOf } from '../model/finalize.js';
import type { Phase } from '../model/plan.js';
import { dropClaims, dropReplaced } from './finalize-chart-change.js';
import { formerPolicies } from './former-policies.js';

/** The single server's volume, the dumps, and what the chart had made under the databases' names. The ConfigMap with the progress stays. */
export const finalizePostgresToHa = ({ replaced, claims, volumes }: FinalizeInventoryOf<'PostgresToHA'>): readonly Phase[] => [
  { id: 'databases', title: 'Replaced databases', steps: replaced.flatMap(({ name, server }) => dropReplaced(name, server)) },
  formerPolicies(volumes),
  dropClaims(claims),
];
