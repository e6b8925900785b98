import type { OpenPostgres, PostgresSession } from '../../adapters/postgres/session.js';
import { quoteName } from '../../adapters/postgres/session.js';
import { isFailure } from '../../errors.js';
import type { PostgresServer } from '../../model/postgres-facts.js';
import type { Epochs } from '../epoch-fence.js';
import { applicationName, openSession, withSession } from './with-session.js';

/** The database on the target server that holds what runs know about themselves. */
export const notesDatabase = 'rehelm';
export const maintenanceDatabase = 'postgres';

const tables = `
  CREATE TABLE IF NOT EXISTS public.run (id text PRIMARY KEY, epoch integer NOT NULL);
  CREATE TABLE IF NOT EXISTS public.made (run text, kind text, name text, PRIMARY KEY (run, kind, name));
`;

/** `aside`: another's database that the run keeps under another name. `refused`: `role.setting` that the server did not take. */
export type MadeKind = 'database' | 'role' | 'aside' | 'refused';

/** What a run did to a server's roles. */
export interface RolesOfRun {
  readonly made: ReadonlySet<string>;
  /** `role.setting` that the server did not take. */
  readonly refused: ReadonlySet<string>;
}

/** What a run made on the target server, and which epoch of it may still write. */
export class RunNotes implements Epochs {
  readonly session: PostgresSession;
  readonly #run: string;

  constructor(session: PostgresSession, run: string) {
    this.session = session;
    this.#run = run;
  }

  async raiseEpoch(epoch: number): Promise<number> {
    const [row] = await this.session.query<{ epoch: number }>(
      'INSERT INTO public.run VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET epoch = greatest(run.epoch, excluded.epoch) RETURNING epoch',
      [this.#run, epoch],
    );
    return row?.epoch ?? epoch;
  }

  async epoch(): Promise<{ readonly epoch: number }> {
    const [row] = await this.session.query<{ epoch: number }>('SELECT epoch FROM public.run WHERE id = $1', [this.#run]);
    return { epoch: row?.epoch ?? 0 };
  }

  /** Before it is made: a kill in between leaves a note without a thing, which an undo passes over, never a thing without a note. */
  async noteMade(kind: MadeKind, name: string): Promise<void> {
    await this.session.query('INSERT INTO public.made VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [this.#run, kind, name]);
  }

  async made(kind: MadeKind, name: string): Promise<boolean> {
    return (await this.allMade(kind)).includes(name);
  }

  /** Their names. */
  async allMade(kind: MadeKind): Promise<readonly string[]> {
    const found = await this.session.query<{ name: string }>('SELECT name FROM public.made WHERE run = $1 AND kind = $2 ORDER BY name', [this.#run, kind]);
    return found.map(({ name }) => name);
  }

  async noteRefused(role: string, setting: string): Promise<void> {
    await this.noteMade('refused', `${role}.${setting}`);
  }

  async forgetMade(kind: MadeKind, name: string): Promise<void> {
    await this.session.query('DELETE FROM public.made WHERE run = $1 AND kind = $2 AND name = $3', [this.#run, kind, name]);
  }

  /** Ends the connections of every copier of the run but this one, to this database or to all: what they had under way is rolled back. */
  endOthers(database?: string): Promise<void> {
    return endOthers(this.session, this.#run, database);
  }

  /** Forgets the run. A copier of it that still lives finds no epoch and stops. */
  async clean(): Promise<void> {
    for (const table of ['made', 'run']) await this.session.query(`DELETE FROM public.${table} WHERE ${table === 'run' ? 'id' : 'run'} = $1`, [this.#run]);
  }
}

/** Ends the connections to a server that a run's copiers have there under its name, this one excepted. */
export async function endOthers(session: PostgresSession, run: string, database?: string): Promise<void> {
  await session.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE application_name = $1 AND pid <> pg_backend_pid() AND ($2::text IS NULL OR datname = $2)`,
    [applicationName(run), database],
  );
}

/** Until the session ends nobody else makes, opens or drops the notes' database. Such locks count in one database only: always in this one. */
async function withNotesLock<T>(open: OpenPostgres, at: PostgresServer, run: string, use: (session: PostgresSession) => Promise<T>): Promise<T> {
  return withSession({ open, at, database: maintenanceDatabase, run }, async (session) => {
    await session.query('SELECT pg_advisory_lock(hashtext($1))', [notesDatabase]);
    return use(session);
  });
}

async function haveNotes(session: PostgresSession): Promise<boolean> {
  return (await session.query('SELECT 1 FROM pg_database WHERE datname = $1', [notesDatabase])).length > 0;
}

/** Lends a run's notes for the time of `use`; the session is the one on which databases are made and dropped. */
export async function withNotes<T>(open: OpenPostgres, at: PostgresServer, run: string, use: (notes: RunNotes) => Promise<T>): Promise<T> {
  const session = await withNotesLock(open, at, run, async (maintenance) => {
    if (!(await haveNotes(maintenance))) await maintenance.run(`CREATE DATABASE ${quoteName(notesDatabase)}`);
    return openSession({ open, at, database: notesDatabase, run });
  });
  try {
    await session.inTransaction(async () => {
      await session.query('SELECT pg_advisory_xact_lock(hashtext($1))', [notesDatabase]);
      await session.run(tables);
    });
    return await use(new RunNotes(session, run));
  } finally {
    await session.close();
  }
}

/** Takes the notes' database away once no run has anything in it. Where another is connected it stays: the last one takes it away. */
export function dropUnusedNotes(open: OpenPostgres, at: PostgresServer, run: string): Promise<void> {
  return withNotesLock(open, at, run, async (maintenance) => {
    const others = await maintenance.query(`SELECT 1 FROM pg_stat_activity WHERE datname = $1 AND application_name <> $2 AND backend_type = 'client backend'`, [
      notesDatabase,
      applicationName(run),
    ]);
    if (others.length > 0 || !(await haveNotes(maintenance))) return;
    const place = { open, at, database: notesDatabase, run };
    const used = await withSession(place, (session) => session.query('SELECT FROM public.run UNION ALL SELECT FROM public.made LIMIT 1'));
    if (used.length === 0) await maintenance.run(`DROP DATABASE ${quoteName(notesDatabase)}`);
  });
}

/** Reads only: of a run that made none, or of no run, nothing. */
export async function readRolesOfRun(open: OpenPostgres, at: PostgresServer, run: string | undefined): Promise<RolesOfRun> {
  if (run === undefined) return { made: new Set(), refused: new Set() };
  const place = { open, at, database: notesDatabase, readOnly: true };
  try {
    return await withSession(place, async (session) => {
      const named = async (kind: MadeKind) => new Set(await new RunNotes(session, run).allMade(kind));
      return { made: await named('role'), refused: await named('refused') };
    });
  } catch (error) {
    if (!isFailure(error, 'NotFound')) throw error;
    return { made: new Set(), refused: new Set() };
  }
}
