import { kubectl, type Place } from '../story/tools.js';
import type { Target } from './targets.js';

/** What a member says of itself. */
export interface Member {
  readonly name: string;
  readonly isPrimary: boolean;
  readonly timeline: number;
  /** Of a primary: standbys that stream from it. */
  readonly standbys: number;
  /** Of those: how many a commit counts. */
  readonly synchronousStandbys: number;
  /** Of a standby: does it stream? */
  readonly streams: boolean;
}

// pg_control_checkpoint() would name the timeline before a promotion until the next checkpoint
const timeline = `case when pg_is_in_recovery() then (select received_tli from pg_stat_wal_receiver)
  else ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int end`;
const question = `select not pg_is_in_recovery(), ${timeline},
  (select count(*) from pg_stat_replication where state = 'streaming'),
  (select count(*) from pg_stat_replication where state = 'streaming' and sync_state in ('sync', 'quorum')),
  exists (select from pg_stat_wal_receiver where status = 'streaming')`;

/** Asks every member itself; one that does not answer is not in the list. */
export async function readMembers(place: Place, { namespace, members }: Target): Promise<readonly Member[]> {
  const psql = ['timeout', '5', 'psql', '-XAtq', '-h', '/run/postgresql', '-U', 'postgres', '-d', 'postgres', '-c', question];
  const answers = members.map(async (name) => {
    const { exitCode, stdout } = await kubectl(place, ['exec', '-n', namespace, name, '--request-timeout=8s', '--', ...psql], { mayFail: true });
    const [isPrimary, timeline, standbys, synchronousStandbys, streams] = stdout.trim().split('|');
    return exitCode === 0
      ? [
          {
            name,
            isPrimary: isPrimary === 't',
            timeline: Number(timeline),
            standbys: Number(standbys),
            synchronousStandbys: Number(synchronousStandbys),
            streams: streams === 't',
          },
        ]
      : [];
  });
  return (await Promise.all(answers)).flat();
}

/** One primary, and all others stream. */
export function stateOf(members: readonly Member[]): { readonly primary: Member | undefined; readonly isWhole: boolean } {
  const primaries = members.filter(({ isPrimary }) => isPrimary);
  const standbys = members.filter(({ isPrimary, streams }) => !isPrimary && streams);
  const primary = primaries.length === 1 ? primaries[0] : undefined;
  return { primary, isWhole: primary !== undefined && standbys.length === primary.standbys && members.length === 3 && standbys.length === 2 };
}
