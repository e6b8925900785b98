import type { AccountNames, ReadCollection } from '../../model/copier-mongo.js';
import type { WriteHorizon } from '../../model/postgres-facts.js';

/** What was read of a MongoDB while it was copied; hashes of 128 bits, hex. */
export interface MongoProof {
  readonly database: string;
  readonly documents: number;
  readonly hash: string;
  readonly collections: readonly ReadCollection[];
  /** Users and roles that the copy made: they are compared, too. */
  readonly accounts?: AccountNames;
}

/** How a PostgreSQL stood when it had been copied; a write moves it. */
export interface PostgresProof {
  readonly database: string;
  /** Absent where it was copied ahead: nobody has counted them before the proof. */
  readonly rows?: number;
  readonly horizon: WriteHorizon;
}

export type SourceProof = MongoProof | PostgresProof;

/** Parity: exact counts, hashes that don't depend on order, and every definition. */
export interface Compared {
  readonly equal: boolean;
  /** One sentence each. */
  readonly differences: readonly string[];
  /** What is different, and may be: of PostgreSQL, in roles that were there before. */
  readonly notes?: readonly string[];
  /** The source is not what was copied any more. */
  readonly sourceChanged: boolean;
  /** Which server only stands in for a MongoDB: what it lacks is not proved. */
  readonly standIns?: readonly string[];
  /** For the report, in the engine's own words. */
  readonly counts: { readonly documents: number; readonly collections: number } | { readonly rows: number; readonly tables: number };
}
