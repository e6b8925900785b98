/** Where a PostgreSQL server is and who we are there. Holds a password: it travels in a Secret only, never through Temporal. */
export interface PostgresServer {
  /** Of several, `a,b,c`, the one that is no standby. */
  readonly host: string;
  /** Default 5432. */
  readonly port?: number;
  readonly user: { readonly name: string; readonly password: string };
  readonly tls?: {
    /** PEM of the authorities to trust. */
    readonly ca?: string;
    /** Accept any certificate. Said in the plan where it is set. */
    readonly insecure?: true;
  };
}

/** What a server that nobody writes to does not move. */
export interface WriteHorizon {
  readonly systemIdentifier: string;
  readonly timeline: number;
  /** What the next transaction to write would be called, `pg_snapshot_xmax`, in decimal. Of the whole server. */
  readonly xmax: string;
  /** Rows of users' tables that were ever inserted, updated or deleted in this database, in decimal. */
  readonly rowsWritten: string;
  /** What follows is absent in horizons of before. The server's clock when the reading began. */
  readonly at?: string;
  /** Transactions that had written and were under way, as the server tells them. */
  readonly running?: string;
  /** Changes with every definition of the database, and with a table that is emptied or rewritten. */
  readonly definitions?: string;
  /** Changes with the state of every sequence. */
  readonly sequences?: string;
  /** Pages of large objects that were ever written, in decimal. */
  readonly largeObjectsWritten?: string;
}

export interface CopiedRoles {
  /** By the run, with their passwords, settings and memberships. */
  readonly made: readonly string[];
  /** Were there, and keep what they had. */
  readonly found: readonly string[];
  /** What is not as in the source, one sentence each; absent where all is. */
  readonly notes?: readonly string[];
}

export interface TableVerdict {
  /** `schema.table`. */
  readonly name: string;
  readonly source?: { readonly rows: number; readonly hash: string };
  readonly target?: { readonly rows: number; readonly hash: string };
  readonly equal: boolean;
}

export interface PostgresVerifyResult {
  readonly equal: boolean;
  readonly rows: number;
  readonly tables: readonly TableVerdict[];
  /** One sentence each. */
  readonly differences: readonly string[];
  /** What is different, and may be; absent where nothing is. */
  readonly notes?: readonly string[];
  readonly seconds: number;
}
