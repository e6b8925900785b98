import { quoteName, quoteText } from '../../../adapters/postgres/session.js';
import { failure, isFailure } from '../../../errors.js';
import type { PostgresRequestOf, PostgresResults } from '../../../model/copier-postgres.js';
import { EpochFence } from '../../epoch-fence.js';
import type { PostgresContext } from '../context.js';
import { type DatabaseProperties, writeProperties } from '../database-properties.js';
import { dropDatabase } from '../drop-database.js';
import { type RunNotes, withNotes } from '../run-notes.js';

interface Shape {
  readonly encoding: string;
  readonly collate: string;
  readonly ctype: string;
}

async function makeAnew({ session }: RunNotes, database: string, { encoding, collate, ctype }: Shape, before: DatabaseProperties): Promise<void> {
  const like = `ENCODING ${quoteText(encoding)} LC_COLLATE ${quoteText(collate)} LC_CTYPE ${quoteText(ctype)}`;
  await session.run(`CREATE DATABASE ${quoteName(database)} TEMPLATE template0 ${like}`);
  await writeProperties(session, database, before);
}

/** Once none of the run's databases is left. One that owns something elsewhere by now is somebody's, and stays. */
async function dropRoles(notes: RunNotes): Promise<readonly string[]> {
  if ((await notes.allMade('database')).length > 0) return [];
  const left: string[] = [];
  for (const { name } of await notes.allMade('role')) {
    try {
      await notes.session.run(`DROP ROLE IF EXISTS ${quoteName(name)}`);
      await notes.forgetMade('role', name);
    } catch (error) {
      if (!isFailure(error, 'Conflict')) throw error;
      left.push(name);
    }
  }
  return left;
}

/** The undo of copy: drops the database when this run filled it. One that was there before, empty, is there again, empty, as it stood. */
export const drop = (request: PostgresRequestOf<'drop'>, { open }: PostgresContext): Promise<PostgresResults['drop']> => {
  const { at, run, epoch, database } = request;
  return withNotes(open, at, run, async (notes) => {
    await new EpochFence(notes, epoch).claim();
    await notes.endOthers();
    const [shape] = await notes.session.query<Shape>(
      `SELECT pg_encoding_to_char(encoding) AS encoding, datcollate AS collate, datctype AS ctype FROM pg_database WHERE datname = $1`,
      [database],
    );
    const made = await notes.made('database', database);
    if (!made) {
      if (!shape) return { dropped: false, rolesLeft: [] };
      throw failure('NotOurs', `Database ${database} is there, and this run did not fill it.`);
    }
    if (shape) await dropDatabase(notes.session, database);
    if (shape && made.before) await makeAnew(notes, database, shape, made.before);
    await notes.forgetMade('database', database);
    return { dropped: shape !== undefined, rolesLeft: await dropRoles(notes) };
  });
};
