import { type PostgresSession, quoteName, quoteText } from '../../../adapters/postgres/session.js';
import { quietly } from './quietly.js';

export interface SubscriptionState {
  /** `pg_subscription.oid`. */
  readonly number: string;
  readonly enabled: boolean;
  readonly tables: number;
  /** Whose rows are there and follow the source. */
  readonly ready: number;
  /** Times that a worker of it failed; 0 before version 15, which does not count. */
  readonly errors: number;
  /** Its processes: the first applies, others fetch a table each. Empty where none is at work. */
  readonly workers: string;
  /** After which the server starts one again that failed. */
  readonly retryMs: number;
}

const firstWithCounts = 150_000;
const firstWithOwners = 160_000;
const firstWithHelpers = 160_000;

interface StateRow extends Pick<SubscriptionState, 'number' | 'enabled' | 'workers' | 'retryMs'> {
  readonly tables: string;
  readonly ready: string;
  readonly errors: string | null;
}

/** What a precopy makes on the target: fetches the rows and follows the source, in the server's own workers. */
export class Subscription {
  readonly #session: PostgresSession;
  readonly #name: string;

  constructor(session: PostgresSession, name: string) {
    this.#session = session;
    this.#name = name;
  }

  /** Undefined where there is none. */
  async state(): Promise<SubscriptionState | undefined> {
    const errors =
      this.#session.version >= firstWithCounts ? '(SELECT apply_error_count + sync_error_count FROM pg_stat_subscription_stats c WHERE c.subid = s.oid)' : '0';
    // Those that only help with one large transaction come and go.
    const helpers = this.#session.version >= firstWithHelpers ? 'AND w.leader_pid IS NULL' : '';
    const [row] = await this.#session.query<StateRow>(
      `SELECT s.oid::text AS number, subenabled AS enabled, count(r.srrelid) AS tables, count(*) FILTER (WHERE r.srsubstate = 'r') AS ready, ${errors}::text AS errors,
         (SELECT coalesce(string_agg(w.pid::text, ' ' ORDER BY w.relid NULLS FIRST), '') FROM pg_stat_subscription w WHERE w.subid = s.oid AND w.pid IS NOT NULL ${helpers}) AS workers,
         (SELECT setting::integer FROM pg_settings WHERE name = 'wal_retrieve_retry_interval') AS "retryMs"
       FROM pg_subscription s LEFT JOIN pg_subscription_rel r ON r.srsubid = s.oid
       WHERE subname = $1 AND subdbid = (SELECT oid FROM pg_database WHERE datname = current_database()) GROUP BY s.oid, subenabled`,
      [this.#name],
    );
    return row && { ...row, tables: Number(row.tables), ready: Number(row.ready), errors: Number(row.errors ?? 0) };
  }

  /** Not yet at work: its number is to be noted first. */
  async make(connection: string): Promise<void> {
    const owner = this.#session.version >= firstWithOwners ? ', run_as_owner = true' : '';
    await quietly(this.#session, () =>
      this.#session.run(
        `CREATE SUBSCRIPTION ${quoteName(this.#name)} CONNECTION ${quoteText(connection)} PUBLICATION ${quoteName(this.#name)}
         WITH (enabled = false, create_slot = false, slot_name = ${quoteName(this.#name)}, copy_data = true${owner})`,
      ),
    );
  }

  async enable(): Promise<void> {
    await this.#session.run(`ALTER SUBSCRIPTION ${quoteName(this.#name)} ENABLE`);
  }

  /** Its workers end; the source is not asked, which may be gone. Safe to repeat. */
  async remove(): Promise<void> {
    if (!(await this.state())) return;
    const name = quoteName(this.#name);
    await this.#session.run(`ALTER SUBSCRIPTION ${name} DISABLE`);
    await this.#session.run(`ALTER SUBSCRIPTION ${name} SET (slot_name = NONE)`);
    await this.#session.run(`DROP SUBSCRIPTION ${name}`);
  }
}
