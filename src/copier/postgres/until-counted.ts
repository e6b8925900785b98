import { setTimeout as sleep } from 'node:timers/promises';
import type { PostgresSession } from '../../adapters/postgres/session.js';
import { failure } from '../../errors.js';

const firstWithSharedCounters = 150_000;
/** From there on a session that rests tells what it counted after 10 s; before, only with its next statement, or at its end. */
const restsMs = 11_000;
/** A session tells what it counted at the end of a statement, unless it did less than a second ago; half of one before 15. */
const betweenMs = 1000;
/** Before 15 what sessions tell is collected by a process, which writes it down twice a second. */
const collectedMs = 1500;
const patienceMs = 15_000;
const lookEveryMs = 500;

interface AtWork {
  readonly id: string;
  readonly name: string;
  readonly state: string | null;
  /** Since when it is in that state, by the server's clock. */
  readonly sinceMs: number | null;
  readonly nowMs: number;
}

/** Others' sessions in the database that did something since; of whom a role without rights sees nothing, that is everybody. */
const atWork = `
  SELECT pid || ' ' || backend_start AS id, concat_ws(' ', pid, 'of', usename, nullif(application_name, '')) AS name, state,
    (extract(epoch FROM state_change) * 1000)::float8 AS "sinceMs", (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS "nowMs"
  FROM pg_stat_activity
  WHERE datname = current_database() AND pid <> pg_backend_pid() AND coalesce(application_name, '') NOT LIKE 'rehelm%'
    AND coalesce(backend_type, '') NOT IN ('autovacuum worker', 'walsender')
    AND (state_change IS NULL OR backend_xid IS NOT NULL OR $1::timestamptz IS NULL OR greatest(state_change, xact_start, query_start) > $1::timestamptz)
`;

const hasTold = (before: AtWork, now: AtWork, version: number): boolean =>
  now.state === 'idle' &&
  now.sinceMs !== null &&
  (now.sinceMs >= (before.sinceMs ?? now.sinceMs) + betweenMs || (version >= firstWithSharedCounters && now.nowMs - now.sinceMs > restsMs));

/** Returns once the server counts all that anybody has written to the database by now. `since`: the server's time of a reading before; who did nothing since is not waited for. */
export async function untilCounted(session: PostgresSession, since: string | undefined): Promise<void> {
  const look = () => session.query<AtWork>(atWork, [since]);
  const untilMs = Date.now() + patienceMs;
  let open = await look();
  for (const first = new Map(open.map((each) => [each.id, each])); open.length > 0; ) {
    const found = await look();
    open = found.filter((each) => {
      const before = first.get(each.id);
      return before !== undefined && !hasTold(before, each, session.version);
    });
    if (open.length === 0) break;
    if (Date.now() > untilMs)
      throw failure(
        'NotReady',
        `${session.name}: whether somebody wrote there is not known while these are at work or hold a transaction: ${open.map(({ name }) => name).join(', ')}. End them.`,
      );
    await sleep(lookEveryMs);
  }
  if (session.version < firstWithSharedCounters) await sleep(collectedMs);
}
