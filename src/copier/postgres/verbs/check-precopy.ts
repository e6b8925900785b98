import type { PostgresRequestOf, PostgresResults } from '../../../model/copier-postgres.js';
import { lackOfSpace } from '../../../model/space.js';
import type { PostgresContext } from '../context.js';
import { findRefusals } from '../find-refusals.js';
import { readSpace } from '../free-space.js';
import { findObstacles } from '../precopy/find-obstacles.js';
import { maintenanceDatabase } from '../run-notes.js';
import { withSession } from '../with-session.js';

/** Changes nothing: why a database cannot be copied while the product runs. */
export const checkPrecopy = (request: PostgresRequestOf<'checkPrecopy'>, context: PostgresContext): Promise<PostgresResults['checkPrecopy']> =>
  withSession({ open: context.open, at: request.source, database: request.from, readOnly: true }, (source) =>
    withSession({ open: context.open, at: request.at, database: maintenanceDatabase }, async (target) => {
      const [obstacles, refusals] = [await findObstacles(source, target, request), await findRefusals(source, target, context)];
      return { problems: [...obstacles, ...refusals.map(({ message }) => message), ...lackOfSpace(await readSpace(source, target))] };
    }),
  );
