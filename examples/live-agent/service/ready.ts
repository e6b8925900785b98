import type pg from 'pg';
import { untilDone } from '../../shared/until-done.js';
import { schemaOf } from './database.js';
import { schemaVersionOf } from './schema.js';

/** Is the schema at least the product's? One that is newer is fine. Else, why not. */
export async function schemaProblem(pool: pg.Pool, productVersion: string): Promise<string | undefined> {
  const [found, wanted] = [await schemaOf(pool), schemaVersionOf(productVersion)];
  return found < wanted ? `the schema is ${found || 'not there'} and ${productVersion} needs ${wanted}: the migration has not run` : undefined;
}

/** Waits for a schema that the product can work with, however long the migration takes. */
export const untilSchemaFits = (pool: pg.Pool, productVersion: string): Promise<void> =>
  untilDone(async () => {
    const problem = await schemaProblem(pool, productVersion);
    if (problem) throw new Error(problem);
  });
