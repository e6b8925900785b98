import type { Mongo } from '../../adapters/mongo/mongo.js';
import { failure } from '../../errors.js';
import { readCatalog } from './catalog.js';
import type { Ledger } from './ledger.js';

/** Takes an empty database for the run, or goes on with the one it took before. Anything else there is refused: the undo drops the whole database. */
export async function takeTarget(mongo: Mongo, ledger: Ledger, from: string, to: string): Promise<void> {
  if (!(await ledger.madeTarget(to))) {
    const found = await readCatalog(mongo, to);
    if (found.length > 0)
      throw failure(
        'TargetNotEmpty',
        `Database ${to} holds ${found.length} collections that this run did not write: ${found
          .slice(0, 5)
          .map(({ name }) => name)
          .join(', ')}.`,
        {
          details: { database: to, collections: found.slice(0, 50).map(({ name, documents }) => ({ name, documents })) },
        },
      );
    await ledger.noteTarget(to, from);
  }
  await ledger.noteDropped(to, false);
}
