import type { Member } from '../../../src/drill/members.js';

/** One of a target's members, each on a node of its own: pg-0 on n1. */
export const drillMember = (index: number): Member => ({
  name: `pg-${index}`,
  uid: `u${index}`,
  address: `10.0.0.${index}`,
  node: `n${index + 1}`,
  ready: true,
  containers: { postgres: 'a'.repeat(64) },
});
