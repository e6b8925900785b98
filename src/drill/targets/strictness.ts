import type { Row } from '../../adapters/postgres/postgres.js';

/** As the primary says it: its settings, and who follows it. */
export interface ReplicationSettings {
  readonly sessionCommit: string;
  readonly synchronousNames: string;
  /** sync_state of every streaming replica. */
  readonly states: readonly string[];
  readonly usesRepmgr: boolean;
}

export const replicationQuery = `
  select current_setting('synchronous_commit') as commit, current_setting('synchronous_standby_names') as names,
         current_setting('shared_preload_libraries') like '%repmgr%' as repmgr,
         array(select sync_state from pg_stat_replication where state = 'streaming') as states`;

export const readReplication = (row: Row): ReplicationSettings => ({
  sessionCommit: String(row['commit']),
  synchronousNames: String(row['names']),
  usesRepmgr: row['repmgr'] === true,
  states: Array.isArray(row['states']) ? row['states'].map(String) : [],
});

const waiting: readonly string[] = ['on', 'remote_apply'];

/**
 * Why an acknowledged write is not on two members for certain. `members` counts the primary. With synchronous_standby_names empty, `on` is asynchronous;
 * `*` counts any WAL receiver, a running pg_basebackup as well. repmgr elects by received position and does not know who was synchronous,
 * so every set of `members` − 1 survivors must hold the write.
 */
export function whyNotStrict({ sessionCommit, synchronousNames, states, usesRepmgr }: ReplicationSettings, members: number): readonly string[] {
  const reasons: string[] = [];
  if (!waiting.includes(sessionCommit)) reasons.push(`synchronous_commit is ${sessionCommit}: a commit does not wait for a replica`);
  if (synchronousNames === '') reasons.push('synchronous_standby_names is empty: no replica is synchronous');
  if (synchronousNames.includes('*')) reasons.push('synchronous_standby_names has *: anything that receives WAL counts, a base backup as well');
  if (!states.some((state) => state === 'sync' || state === 'quorum')) reasons.push('no replica streams synchronously now');
  if (usesRepmgr && synchronousNames !== '' && quorumOf(synchronousNames) < 1)
    reasons.push(`repmgr elects by received position: ${synchronousNames} must be ANY n over all ${members} members' names, n of 1 or more`);
  if (usesRepmgr && namesIn(synchronousNames) < members) reasons.push(`synchronous_standby_names names ${namesIn(synchronousNames)} of ${members} members`);
  return reasons;
}

/** n of `ANY n (…)`; 0 for any other form. */
const quorumOf = (names: string): number => Number(/^\s*ANY\s+(\d+)\s*\(/i.exec(names)?.[1] ?? 0);
const namesIn = (names: string): number => (/\(([^)]*)\)/.exec(names)?.[1] ?? names).split(',').filter((name) => name.trim() !== '').length;
