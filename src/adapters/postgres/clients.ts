import type { PostgresServer } from '../../model/copier-postgres.js';

/** The part of a database's definitions that goes before its rows, and the one after them. */
export type Section = 'pre-data' | 'post-data';

export interface DumpOptions {
  /** Of the client: at least the server's. */
  readonly major: number;
  readonly section: Section;
  readonly signal: AbortSignal;
}

/** PostgreSQL's own programs, in as many versions as the image has. */
export interface PostgresClients {
  /** Majors, ascending. */
  majors(): Promise<readonly number[]>;
  /** Definitions as SQL with pg_dump's headings, without tablespaces, subscriptions and our own schema. */
  dumpDefinitions(server: PostgresServer, database: string, options: DumpOptions): Promise<string>;
}

/** The schema in which a copy keeps its notes; no data of anybody. */
export const notesSchema = 'rehelm';
