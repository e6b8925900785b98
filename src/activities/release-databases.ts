import type { Act } from '../model/act.js';
import type { DatabaseServerRef } from '../model/database-refs.js';
import type { Adapters } from './adapters.js';
import { endCopiers } from './copier/copier-job.js';
import { credentialProblems } from './copier/database-problems.js';
import { engineOf } from './copier/engine-of.js';

export interface ReleaseDatabasesInput {
  /** The target. */
  readonly server: DatabaseServerRef;
  /** Those that the run has copied. */
  readonly databases: readonly string[];
}

/** Copied databases become their users': what the copy kept in them for itself goes. */
export function releaseDatabases({ kube, settings }: Pick<Adapters, 'kube' | 'settings'>) {
  return {
    async checkReleaseDatabases({ server }: ReleaseDatabasesInput): Promise<readonly string[]> {
      return credentialProblems(kube, server);
    },

    /** What goes is of use to the copy alone, and the copy is done. */
    async captureReleaseDatabases(_: ReleaseDatabasesInput): Promise<null> {
      return null;
    },

    /** NotOurs for a database that this run did not fill. Safe to repeat. */
    async releaseDatabases({ server, databases }: ReleaseDatabasesInput, act: Act): Promise<void> {
      await engineOf({ kube, settings }, server).release(databases, act);
    },

    /** Nothing needs it any more: the copy itself is dropped next. */
    async undoReleaseDatabases(_: null, act: Act): Promise<void> {
      await endCopiers({ kube }, act);
    },
  };
}
