export interface PostgresAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  readonly connectWithinMs: number;
}

export type Row = { readonly [column: string]: unknown };

/**
 * One connection. Nothing here cancels a query or limits its time on the server: a commit that is cut short there may be answered as done.
 * Failures are PostgresRefusal where the server itself said no, anything else where it is not known what became of the query.
 */
export interface PostgresConnection {
  /** Numbers come as text where they may not fit: `int8` is a string. `warned`: the server sent a warning with it, as for a commit that waits for no replica any more. */
  query(text: string, values?: readonly unknown[]): Promise<{ readonly rows: readonly Row[]; readonly warned?: string }>;
  /** Ends it at once, whatever runs. */
  drop(): void;
  /** Settles when the connection is gone, whoever ended it. */
  readonly gone: Promise<void>;
}

export type ConnectPostgres = (address: PostgresAddress) => Promise<PostgresConnection>;

/** The server's own answer to a query: it was not done. */
export class PostgresRefusal extends Error {
  /** SQLSTATE, such as 25006 for a write to a replica. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
