import type { z } from 'zod';
import type { Policy } from '../../model/policy.js';
import type { approval } from '../../model/schema/parts.js';

/** Who must agree to a migration, and what happens when nobody does in time. */
export function gatePolicy(said: z.output<typeof approval>): Pick<Policy, 'start' | 'cutover' | 'commit' | 'commitThen' | 'commitWithinSeconds'> {
  const { start, commit } = said === 'none' ? { start: 'none' as const, commit: 'none' as const } : said;
  const within = commit === 'none' ? undefined : commit.within;
  return {
    start: start === 'none' ? 'none' : 'ask',
    cutover: said === 'none' ? 'none' : 'ask',
    commit: commit === 'none' ? 'none' : 'ask',
    commitThen: commit === 'none' ? 'wait' : commit.then,
    ...(within !== undefined && { commitWithinSeconds: within }),
  };
}
