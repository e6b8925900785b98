import { setTimeout as pause } from 'node:timers/promises';
import { isFailure } from '../../../errors.js';
import type { PostgresRequestOf, PostgresResults } from '../../../model/copier-postgres.js';
import { counted } from '../../../model/counted.js';
import type { PostgresContext } from '../context.js';
import { withSession } from '../with-session.js';

type Request = PostgresRequestOf<'awaitStandbys'>;
type Seen = PostgresResults['awaitStandbys'];

const lookEveryMs = 500;

/** Writes nothing that stays. Waits until as many standbys follow as are asked for, and until a write that comes through the pooler reaches the primary. */
export async function awaitStandbys(request: Request, context: PostgresContext): Promise<Seen> {
  const until = Date.now() + request.waitSeconds * 1000;
  for (;;) {
    const seen = await look(request, context);
    if (seen.missing.length === 0 || Date.now() > until) return seen;
    await pause(lookEveryMs, undefined, { signal: context.signal });
  }
}

async function look(request: Request, context: PostgresContext): Promise<Seen> {
  const { following, missing } = await lookAtStandbys(request, context);
  return { following, missing: [...missing, ...(await lookThroughPooler(request, context))] };
}

interface Standby {
  readonly name: string;
  readonly state: string;
  readonly behind: string;
}

/** In bytes, of what the primary has written by now; a base backup that is under way streams nothing yet. */
const standbysSql = `SELECT application_name AS name, state, greatest(pg_catalog.pg_wal_lsn_diff(here.lsn, replay_lsn), 0)::text AS behind
  FROM pg_catalog.pg_stat_replication, (SELECT pg_catalog.pg_current_wal_lsn() AS lsn) here WHERE replay_lsn IS NOT NULL ORDER BY 1`;

async function lookAtStandbys({ at, standbys: wanted }: Request, { open }: PostgresContext): Promise<Seen> {
  try {
    const found = await withSession({ open, at, database: 'postgres', readOnly: true }, (session) => session.query<Standby>(standbysSql));
    const following = found.filter(({ state, behind }) => state === 'streaming' && Number(behind) === 0).map(({ name }) => name);
    const late = found.filter(({ name }) => !following.includes(name)).map(({ name, state, behind }) => `${name} is ${state}, ${behind} bytes behind`);
    return following.length >= wanted
      ? { following, missing: late }
      : { following, missing: [`${following.length} of ${counted(wanted, 'standby')} follow the primary`, ...late] };
  } catch (error) {
    return { following: [], missing: [comingUp(error)] };
  }
}

async function lookThroughPooler({ pooler }: Request, { open }: PostgresContext): Promise<readonly string[]> {
  if (!pooler) return [];
  const { at, database } = pooler;
  try {
    // A standby refuses it; it ends with the session.
    await withSession({ open, at, database }, (session) => session.run('CREATE TEMPORARY TABLE rehelm_try (id int)'));
    return [];
  } catch (error) {
    return [comingUp(error)];
  }
}

/** A member that starts, and a pooler that looks at its members now and then only: what is wrong for good is no reason to wait. */
function comingUp(error: unknown): string {
  if (isFailure(error, 'Unreachable', 'Forbidden', 'NotFound')) return error.message;
  throw error;
}
