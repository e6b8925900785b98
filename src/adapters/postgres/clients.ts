import type { Readable } from 'node:stream';
import type { BackupFormat } from '../../model/backup.js';
import type { PostgresServer } from '../../model/postgres-facts.js';

/** The part of a database's definitions that goes before its rows, and the one after them. */
export type Section = 'pre-data' | 'post-data';

export interface DumpOptions {
  /** Of the client: at least the server's. */
  readonly major: number;
  readonly section: Section;
  /** Of another session, as it exported it; default: what is there now. */
  readonly snapshot?: string;
  readonly signal: AbortSignal;
}

export interface DumpOrder {
  readonly major: number;
  readonly format: BackupFormat;
  /** Of `directory` a folder that is not there yet, of `plain` a file. */
  readonly path: string;
  /** Tables at once; of `directory` only. */
  readonly jobs: number;
  readonly snapshot: string;
  readonly signal: AbortSignal;
}

export interface RestoreOrder extends Omit<DumpOrder, 'snapshot'> {
  /** SQL in place of what the dump itself holds: of `plain` all of it, of `directory` what goes before the rows. */
  readonly instead?: Readable;
}

/** PostgreSQL's own programs, in as many versions as the image has. */
export interface PostgresClients {
  /** Majors, ascending. */
  majors(): Promise<readonly number[]>;
  /** Definitions as SQL with pg_dump's headings, without tablespaces, subscriptions and our own schema. */
  dumpDefinitions(server: PostgresServer, database: string, options: DumpOptions): Promise<string>;
  /** What the planner knows of tables, columns and indexes, as SQL that a server of 18 or newer takes; `major` is 18 or newer, the server of any version. */
  dumpStatistics(server: PostgresServer, database: string, options: Pick<DumpOptions, 'major' | 'signal'>): Promise<string>;
  /** `16.11`. */
  versionOf(major: number): Promise<string>;
  /** A whole database with its rows and large objects, less what dumpDefinitions leaves out. BackupFailed with the program's words. */
  dump(server: PostgresServer, database: string, order: DumpOrder): Promise<void>;
  /** What pg_restore finds in a folder: a line each. DumpIncomplete where it is no archive or has no end. */
  listArchive(major: number, folder: string, signal: AbortSignal): Promise<readonly string[]>;
  /** Into a database that is there and empty; ends at the first error. BackupFailed with the program's words. */
  restore(server: PostgresServer, database: string, order: RestoreOrder): Promise<void>;
}

/** The schema in which a copy keeps its notes; no data of anybody. */
export const notesSchema = 'rehelm';
