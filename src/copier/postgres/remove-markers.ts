import { notesSchema } from '../../adapters/postgres/clients.js';
import { isFailure } from '../../errors.js';
import type { PostgresServer } from '../../model/postgres-facts.js';
import type { PostgresContext } from './context.js';
import { withSession } from './with-session.js';

/** Takes the copier's markers out of databases. One that is gone holds none. */
export async function removeMarkers({ open }: Pick<PostgresContext, 'open'>, at: PostgresServer, run: string, databases: readonly string[]): Promise<void> {
  for (const database of databases)
    try {
      await withSession({ open, at, database, run }, (session) => session.run(`DROP SCHEMA IF EXISTS ${notesSchema} CASCADE`));
    } catch (error) {
      if (!isFailure(error, 'NotFound')) throw error;
    }
}
