import { notesSchema } from '../../adapters/postgres/clients.js';
import type { PostgresSession } from '../../adapters/postgres/session.js';
import type { WriteHorizon } from '../../model/postgres-facts.js';
import type { AttemptNotes } from '../attempt-log.js';
import type { AttemptRow } from '../count-copied.js';
import type { Epochs } from '../epoch-fence.js';
import type { KnownUnit, Unit, UnitDone } from './unit.js';

const schema = `
  CREATE SCHEMA IF NOT EXISTS ${notesSchema};
  CREATE TABLE IF NOT EXISTS ${notesSchema}.run (id text PRIMARY KEY, epoch integer NOT NULL, planned boolean NOT NULL DEFAULT false);
  CREATE TABLE IF NOT EXISTS ${notesSchema}.unit (
    run text, id text, plan jsonb NOT NULL, rows bigint, bytes bigint, pod_uid text, done_at timestamptz, PRIMARY KEY (run, id)
  );
  CREATE TABLE IF NOT EXISTS ${notesSchema}.attempt (
    run text, unit text, pod_uid text, step text, rows bigint, bytes bigint, started_at timestamptz DEFAULT now(), updated_at timestamptz,
    PRIMARY KEY (run, unit, pod_uid)
  );
  CREATE TABLE IF NOT EXISTS ${notesSchema}.horizon (run text PRIMARY KEY, horizon jsonb NOT NULL);
`;

interface UnitRow {
  readonly plan: Unit;
  readonly rows: string | null;
  readonly bytes: string | null;
  readonly podUid: string;
  readonly done: boolean;
}

/** A run's memory in the database that it fills: units with their markers, attempts, and which epoch may still write. One per session: a marker is written in the transaction of its rows. */
export class Ledger implements AttemptNotes, Epochs {
  readonly session: PostgresSession;
  readonly #run: string;

  constructor(session: PostgresSession, run: string) {
    this.session = session;
    this.#run = run;
  }

  async prepare(): Promise<void> {
    await this.session.inTransaction(async () => {
      await this.lock('schema');
      await this.session.run(schema);
    });
  }

  async raiseEpoch(epoch: number): Promise<number> {
    const [row] = await this.session.query<{ epoch: number }>(
      `INSERT INTO ${notesSchema}.run VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET epoch = greatest(run.epoch, excluded.epoch) RETURNING epoch`,
      [this.#run, epoch],
    );
    return row?.epoch ?? epoch;
  }

  /** Inside a transaction nobody raises it before the commit. */
  async epoch(): Promise<{ readonly epoch: number }> {
    const [row] = await this.session.query<{ epoch: number }>(`SELECT epoch FROM ${notesSchema}.run WHERE id = $1 FOR SHARE`, [this.#run]);
    return { epoch: row?.epoch ?? 0 };
  }

  /** Until the transaction ends nobody else works on it: a pod that was given up may still live. */
  async lock(what: string): Promise<void> {
    await this.session.query('SELECT pg_advisory_xact_lock(hashtext($1), hashtext($2))', [`rehelm ${this.#run}`, what]);
  }

  /** Units as they were cut by whichever attempt came first; undefined before that. */
  async units(): Promise<readonly KnownUnit[] | undefined> {
    const [run] = await this.session.query<{ planned: boolean }>(`SELECT planned FROM ${notesSchema}.run WHERE id = $1`, [this.#run]);
    if (!run?.planned) return undefined;
    const rows = await this.session.query<UnitRow>(
      `SELECT plan, rows, bytes, pod_uid AS "podUid", done_at IS NOT NULL AS done FROM ${notesSchema}.unit WHERE run = $1 AND plan <> 'null' ORDER BY id`,
      [this.#run],
    );
    return rows.map(({ plan, rows: count, bytes, podUid, done }) => ({
      ...plan,
      ...(done && { done: { rows: Number(count), bytes: Number(bytes), podUid } }),
    }));
  }

  /** Keeps the bounds, all at once: an attempt that cut anew could cut elsewhere, and its units would no longer fit those that are done. */
  async plan(units: readonly Unit[]): Promise<void> {
    await this.session.inTransaction(async () => {
      const all = JSON.stringify(units);
      await this.session.query(`INSERT INTO ${notesSchema}.unit (run, id, plan) SELECT $1, each->>'id', each FROM jsonb_array_elements($2::jsonb) AS each`, [
        this.#run,
        all,
      ]);
      await this.session.query(`UPDATE ${notesSchema}.run SET planned = true WHERE id = $1`, [this.#run]);
    });
  }

  /** How the source stood before anything was copied: as the first attempt found it. */
  async keepHorizon(now: WriteHorizon): Promise<WriteHorizon> {
    await this.session.query(`INSERT INTO ${notesSchema}.horizon VALUES ($1, $2) ON CONFLICT DO NOTHING`, [this.#run, JSON.stringify(now)]);
    const [row] = await this.session.query<{ horizon: WriteHorizon }>(`SELECT horizon FROM ${notesSchema}.horizon WHERE run = $1`, [this.#run]);
    return row?.horizon ?? now;
  }

  async isDone(id: string): Promise<boolean> {
    const rows = await this.session.query(`SELECT 1 FROM ${notesSchema}.unit WHERE run = $1 AND id = $2 AND done_at IS NOT NULL`, [this.#run, id]);
    return rows.length > 0;
  }

  /** Of work that is not cut beforehand: definitions. */
  async allDone(): Promise<ReadonlySet<string>> {
    const rows = await this.session.query<{ id: string }>(`SELECT id FROM ${notesSchema}.unit WHERE run = $1 AND done_at IS NOT NULL`, [this.#run]);
    return new Set(rows.map(({ id }) => id));
  }

  /** The marker: from the commit on the unit is not copied again. */
  async markDone(id: string, { rows, bytes }: UnitDone, podUid: string): Promise<void> {
    await this.session.query(
      `INSERT INTO ${notesSchema}.unit VALUES ($1, $2, 'null', $3, $4, $5, now())
       ON CONFLICT (run, id) DO UPDATE SET rows = excluded.rows, bytes = excluded.bytes, pod_uid = excluded.pod_uid, done_at = excluded.done_at`,
      [this.#run, id, rows, bytes, podUid],
    );
  }

  async attempts(): Promise<readonly AttemptRow[]> {
    const rows = await this.session.query<{ unit: string; podUid: string; bytes: string }>(
      `SELECT unit, pod_uid AS "podUid", bytes FROM ${notesSchema}.attempt WHERE run = $1`,
      [this.#run],
    );
    return rows.map(({ unit, podUid, bytes }) => ({ unit, podUid, bytes: Number(bytes) }));
  }

  async attempt(unit: string, podUid: string): Promise<{ readonly records: number; readonly bytes: number }> {
    const [row] = await this.session.query<{ rows: string; bytes: string }>(
      `SELECT rows, bytes FROM ${notesSchema}.attempt WHERE run = $1 AND unit = $2 AND pod_uid = $3`,
      [this.#run, unit, podUid],
    );
    return { records: Number(row?.rows ?? 0), bytes: Number(row?.bytes ?? 0) };
  }

  async noteAttempt(row: Parameters<AttemptNotes['noteAttempt']>[0]): Promise<void> {
    await this.session.query(
      `INSERT INTO ${notesSchema}.attempt (run, unit, pod_uid, step, rows, bytes, updated_at) VALUES ($1, $2, $3, $4, $5, $6, now())
       ON CONFLICT (run, unit, pod_uid) DO UPDATE SET rows = excluded.rows, bytes = excluded.bytes, updated_at = excluded.updated_at`,
      [this.#run, row.unit, row.podUid, row.step, row.records, row.bytes],
    );
  }
}
