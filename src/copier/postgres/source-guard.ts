import { setTimeout as sleep } from 'node:timers/promises';
import type { PostgresSession } from '../../adapters/postgres/session.js';
import type { SourceGuardAccount, SourceGuardWish } from '../../model/copier-postgres.js';
import { type Turn, Turns } from '../turns.js';

/** How a server does whose other users a copy must not disturb. */
export interface SourceLoad {
  /** Of a look at it. */
  readonly replyMs: number;
  /** Connections of others. */
  readonly others: number;
  /** Of them, those that wait for the server's disk or memory in the middle of a statement. */
  readonly waiting: number;
  /** Of the standby that is furthest behind. */
  readonly lagSeconds: number;
}

export const defaultGuard: Required<SourceGuardWish> = { replyMs: 100, waitingSessions: 4, standbyLagSeconds: 10 };
const lookEveryMs = 1000;
/** Looks in a row that find the source well, before a connection is put back. */
const calmLooks = 5;

/** What waits for locks does not wait for us: a copy takes none that stand in a row's way. Of others' sessions a role without rights sees that they are there, no more. */
const look = `
  SELECT count(*) AS others,
    count(*) FILTER (WHERE state = 'active' AND wait_event_type IN ('IO', 'LWLock', 'BufferPin', 'IPC')) AS waiting,
    (SELECT coalesce(extract(epoch FROM max(replay_lag)), 0) FROM pg_stat_replication) AS lag
  FROM pg_stat_activity
  WHERE datid IS NOT NULL AND pid <> pg_backend_pid() AND coalesce(application_name, '') NOT LIKE 'rehelm%' AND backend_type IS DISTINCT FROM 'autovacuum worker'
`;

export async function lookAt(session: PostgresSession): Promise<SourceLoad> {
  const startedMs = performance.now();
  const [row] = await session.query<{ others: string; waiting: string; lag: string }>(look);
  return { replyMs: performance.now() - startedMs, others: Number(row?.others), waiting: Number(row?.waiting), lagSeconds: Number(row?.lag) };
}

/** Why the source suffers, as far as it did not before; undefined where it does not. Where nobody else is connected, nobody waits for an answer. */
export function complaint(now: SourceLoad, quiet: SourceLoad, limits: Required<SourceGuardWish>): string | undefined {
  if (now.others > 0 && now.replyMs - quiet.replyMs > limits.replyMs) return 'slow answers';
  if (now.waiting - quiet.waiting > limits.waitingSessions) return 'waiting sessions';
  if (now.lagSeconds - quiet.lagSeconds > limits.standbyLagSeconds) return 'standbys behind';
  return undefined;
}

/** Takes connections off a source that suffers, half of them at a time, and puts them back one by one once it is well. One always goes on. */
export class SourceGuard {
  readonly #limits: Required<SourceGuardWish>;
  readonly #connections: number;
  readonly #turns: Turns;
  readonly #because = new Set<string>();
  #now: string | undefined;
  #calm = 0;
  #fewest: number;
  #slowedMs = 0;

  constructor(connections: number, wish: SourceGuardWish) {
    this.#limits = { ...defaultGuard, ...wish };
    this.#connections = connections;
    this.#turns = new Turns(connections);
    this.#fewest = connections;
  }

  join(): Turn {
    return this.#turns.join();
  }

  /** For progress: connections that go on, and why not all of them. */
  get state(): { readonly connections: number; readonly slowedBy?: string } {
    const { allowed } = this.#turns;
    return { connections: allowed, ...(allowed < this.#connections && this.#now !== undefined && { slowedBy: this.#now }) };
  }

  get account(): SourceGuardAccount {
    return { fewestConnections: this.#fewest, slowedSeconds: Math.round(this.#slowedMs / 100) / 10, because: [...this.#because] };
  }

  judge(now: SourceLoad, quiet: SourceLoad, elapsedMs: number): void {
    const { allowed } = this.#turns;
    if (allowed < this.#connections) this.#slowedMs += elapsedMs;
    const found = complaint(now, quiet, this.#limits);
    if (found === undefined) {
      this.#calm += 1;
      if (this.#calm % calmLooks === 0 && allowed < this.#connections) this.#turns.allow(allowed + 1);
      return;
    }
    this.#calm = 0;
    this.#now = found;
    this.#because.add(found);
    this.#turns.allow(Math.floor(allowed / 2));
    this.#fewest = Math.min(this.#fewest, this.#turns.allowed);
  }

  /** Watches by a session of its own until `signal` is aborted. A look that is not answered in time counts as soon as that is known; one that fails says nothing: whoever copies meets the same. */
  async watch(session: PostgresSession, quiet: SourceLoad, signal: AbortSignal): Promise<void> {
    let last = quiet;
    for (let beforeMs = performance.now(); !signal.aborted; ) {
      await sleep(lookEveryMs, undefined, { signal }).catch(() => undefined);
      const asked = lookAt(session).catch(() => undefined);
      const lateMs = Math.max(1, quiet.replyMs + this.#limits.replyMs + 1);
      const late = sleep(lateMs, { ...quiet, replyMs: lateMs, others: last.others }, { ref: false });
      const load = await Promise.race([asked, late]);
      const nowMs = performance.now();
      if (load && !signal.aborted) this.judge(load, quiet, nowMs - beforeMs);
      beforeMs = nowMs;
      last = (await asked) ?? last;
    }
  }
}
