import type { PostgresRequestOf, PostgresResults } from '../../../model/copier-postgres.js';
import type { PostgresContext } from '../context.js';
import { findObstacles } from '../precopy/find-obstacles.js';
import { withSession } from '../with-session.js';

/** Reads only: why a database cannot be copied while the product runs. */
export const checkPrecopy = (request: PostgresRequestOf<'checkPrecopy'>, { open }: PostgresContext): Promise<PostgresResults['checkPrecopy']> =>
  withSession({ open, at: request.source, database: request.from, readOnly: true }, (source) =>
    withSession({ open, at: request.at, database: 'postgres' }, async (target) => ({ problems: await findObstacles(source, target, request) })),
  );
