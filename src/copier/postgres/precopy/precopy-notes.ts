import { notesSchema } from '../../../adapters/postgres/clients.js';
import type { PostgresSession } from '../../../adapters/postgres/session.js';

const table = `CREATE TABLE IF NOT EXISTS ${notesSchema}.precopy (run text PRIMARY KEY, definitions jsonb NOT NULL, drained jsonb)`;

/** What the drain found, kept before the slot goes: without one an attempt that was killed would look lost. */
export interface Drained {
  readonly lagBytes: number;
  readonly waitedSeconds: number;
}

/** What a precopy remembers in the database that it fills. */
export class PrecopyNotes {
  readonly #session: PostgresSession;
  readonly #run: string;

  constructor(session: PostgresSession, run: string) {
    this.#session = session;
    this.#run = run;
  }

  async prepare(): Promise<void> {
    await this.#session.run(table);
  }

  /** By id a hash of what it said when the rows set out. */
  async noteDefinitions(definitions: Readonly<Record<string, string>>): Promise<void> {
    await this.#session.query(`INSERT INTO ${notesSchema}.precopy VALUES ($1, $2) ON CONFLICT (run) DO UPDATE SET definitions = excluded.definitions`, [
      this.#run,
      JSON.stringify(definitions),
    ]);
  }

  async definitions(): Promise<Readonly<Record<string, string>>> {
    const [row] = await this.#session.query<{ definitions: Readonly<Record<string, string>> }>(
      `SELECT definitions FROM ${notesSchema}.precopy WHERE run = $1`,
      [this.#run],
    );
    return row?.definitions ?? {};
  }

  async drained(): Promise<Drained | undefined> {
    const [row] = await this.#session.query<{ drained: Drained | null }>(`SELECT drained FROM ${notesSchema}.precopy WHERE run = $1`, [this.#run]);
    return row?.drained ?? undefined;
  }

  async noteDrained(drained: Drained): Promise<void> {
    await this.#session.query(`UPDATE ${notesSchema}.precopy SET drained = $2 WHERE run = $1`, [this.#run, JSON.stringify(drained)]);
  }
}
