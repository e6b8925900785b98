import type { PostgresServer } from '../../model/postgres-facts.js';
import type { Row } from './postgres.js';

/** What moved through a pipe between two sessions. */
export interface Moved {
  /** As both servers counted them. */
  readonly rows: number;
  readonly bytes: number;
}

export interface PipeOptions {
  readonly signal: AbortSignal;
  /** Told of each chunk; what it waits for is waited for, so that it can slow the pipe down. */
  readonly onChunk: (bytes: number) => Promise<void> | undefined;
}

/**
 * One connection to one database, for moving it. Dates, intervals, floats and bytea come in one exact form, whatever the server's own settings.
 * Failures are those of src/errors.ts, without secrets and without contents of rows.
 */
export interface PostgresSession {
  /** `server_version_num`: 150018. */
  readonly version: number;
  /** Where it leads, for messages: `shop at db.shop.svc`. */
  readonly name: string;
  /** `int8` and `numeric` come as text. */
  query<R extends object = Row>(text: string, values?: readonly unknown[]): Promise<readonly R[]>;
  /** Several statements at once, of which no answer is wanted. */
  run(script: string): Promise<void>;
  /** Work between BEGIN and COMMIT; anything thrown rolls back and is thrown on. */
  inTransaction<T>(work: () => Promise<T>): Promise<T>;
  /** Runs `COPY … FROM STDIN` here with what `COPY … TO STDOUT` gives there. Refuses where the two counted different rows. */
  pipeFrom(source: PostgresSession, texts: { readonly out: string; readonly in: string }, options: PipeOptions): Promise<Moved>;
  /** Ends the connection, whatever runs. */
  close(): Promise<void>;
}

export interface SessionOptions {
  readonly database: string;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  /** A source is never written to. */
  readonly readOnly?: boolean;
}

export type OpenPostgres = (server: PostgresServer, options: SessionOptions) => Promise<PostgresSession>;

/** A name as SQL takes it. */
export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** A text as SQL takes it, whatever standard_conforming_strings says. */
export const quoteText = (text: string): string => `${text.includes('\\') ? ' E' : ''}'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;

/** As libpq takes it: in a subscription, or in place of a database's name. */
export const connectionString = (settings: Readonly<Record<string, string>>): string =>
  Object.entries(settings)
    .map(([key, value]) => `${key}='${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`)
    .join(' ');
