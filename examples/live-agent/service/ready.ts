import type pg from 'pg';
import { schemaOf } from './database.js';
import { schemaVersionOf } from './schema.js';

const pauseMilliseconds = 500;

/** Is the schema at least the product's? One that is newer is fine. Else, why not. */
export async function schemaProblem(pool: pg.Pool, productVersion: string): Promise<string | undefined> {
  const [found, wanted] = [await schemaOf(pool), schemaVersionOf(productVersion)];
  return found < wanted ? `the schema is ${found || 'not there'} and ${productVersion} needs ${wanted}: the migration has not run` : undefined;
}

/** Tries until it works, telling each new reason once. */
export async function untilDone<T>(attempt: () => Promise<T>): Promise<T> {
  for (let told = ''; ; ) {
    try {
      return await attempt();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (reason !== told) console.error(`waiting: ${reason}`);
      told = reason;
      await new Promise((next) => setTimeout(next, pauseMilliseconds));
    }
  }
}

/** Waits for a schema that the product can work with, however long the migration takes. */
export const untilSchemaFits = (pool: pg.Pool, productVersion: string): Promise<void> =>
  untilDone(async () => {
    const problem = await schemaProblem(pool, productVersion);
    if (problem) throw new Error(problem);
  });
