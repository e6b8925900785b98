import type { SourceGuardWish } from '../model/copier-postgres.js';
import type { DatabaseCopySpec } from '../model/database-copy.js';

/** How the rows travel, and what that asks of the source, one sentence each. */
export function describeCopy({ copy, approval, tools }: DatabaseCopySpec): readonly string[] {
  if (copy.mode === 'tools') return [`mongodump is piped into mongorestore, both of the image ${tools?.image}`, ...ofTools];
  if (copy.mode === 'copy') return copy.guard === undefined ? [] : [describeGuard(copy.guard)];
  const isAsked = approval !== 'none' && approval.commit !== 'none';
  return [
    'Rows travel ahead by logical replication, which the target’s server fetches from the source by itself; until the cutover nobody may change a definition there',
    `WAL may pile up on the source’s disk to ${Number((copy.slotLimit / 2 ** 30).toFixed(3))} GiB for each database: above that the copy ahead is given up, and the source goes on as it was`,
    ...(copy.prove === 'after' ? ['Users are let in before the proof is done: a difference is found when they have written'] : []),
    ...(isAsked ? ['Users wait in the window until somebody approves the commit'] : []),
  ];
}

const ofTools = [
  'Nothing of a database can be resumed: where a pod is killed, its database is emptied and begun anew',
  'That the tools ended well proves nothing: the source is read before them, and each copy is compared with that, document by document',
  'Users and roles stay behind: they come with mode: copy (accounts), or are made anew by their operators',
];

function describeGuard(guard: SourceGuardWish | 'off'): string {
  if (guard === 'off') return 'Nothing takes connections off a source that suffers from the copy';
  const limits = [
    ...(guard.replyMs === undefined ? [] : [`${guard.replyMs} ms later`]),
    ...(guard.waitingSessions === undefined ? [] : [`with ${guard.waitingSessions} more sessions of others waiting for its disk or memory`]),
    ...(guard.standbyLagSeconds === undefined ? [] : [`with a standby ${guard.standbyLagSeconds} s further behind`]),
  ];
  return `The copy takes connections off a source that suffers: one that answers ${limits.join(', or ') || 'worse than its guard allows by itself'}`;
}
