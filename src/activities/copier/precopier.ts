import type { Act } from '../../model/act.js';
import type { DrainResult } from '../../model/copier-postgres-precopy.js';
import type { DatabaseServerRef } from '../../model/database-refs.js';
import type { Compared, PostgresProof } from './database-proofs.js';
import type { ShownRoles } from './show-roles.js';

export interface PrecopyOrder {
  /** The target's own server fetches the rows: it has to reach this one, too. */
  readonly source: DatabaseServerRef;
  readonly from: string;
  readonly to: string;
}

export interface PrecopiedDatabase extends ShownRoles {
  readonly tables: number;
  /** Of tables on the source. */
  readonly bytes: number;
  /** WAL that the target had still to take. */
  readonly lagBytes: number;
  readonly seconds: number;
  /** Pods that were needed. */
  readonly attempts: number;
}

export interface DrainedDatabase {
  readonly source: PostgresProof;
  /** As the drain left it: its state can be held while nobody has written since. */
  readonly target: DrainResult['target'];
  readonly lagBytes: number;
  readonly waitedSeconds: number;
  readonly sequences: number;
  readonly definitions: number;
  readonly seconds: number;
}

/** A copy ahead of the window: what an engine can do that has logical replication. */
export interface Precopier {
  /** Why it cannot be done as things are. */
  check(order: PrecopyOrder, act: Act): Promise<readonly string[]>;
  /** Fills and follows, under a guard that outlives it; PrecopyLost where too much piles up on the source's disk. */
  begin(order: PrecopyOrder & { readonly slotLimitBytes: number; readonly withinSeconds: number }, act: Act): Promise<PrecopiedDatabase>;
  /** Once the writers are out. */
  drain(order: PrecopyOrder & { readonly withinSeconds: number }, act: Act): Promise<DrainedDatabase>;
  /** Begins the proof and returns when it holds the target's state: from then on users may write there. */
  hold(order: PrecopyOrder & { readonly withinSeconds: number }, drained: DrainedDatabase, act: Act): Promise<void>;
  /** The proof's end; begins it where none is under way. `act` is that of the step that held. */
  prove(order: PrecopyOrder & { readonly withinSeconds: number }, drained: DrainedDatabase, act: Act): Promise<Compared>;
  /** The undo of begin and drain: the source as it was, no database on the target. */
  abort(order: PrecopyOrder, act: Act): Promise<void>;
}
