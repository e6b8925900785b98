import type { MongoRequestOf } from '../../../model/copier-mongo.js';
import type { CopyCheck } from '../../../model/copier-requests.js';
import type { MongoContext } from '../context.js';
import { readSpace } from '../read-space.js';
import { withMongo } from '../with-mongo.js';

/** The room that a copy would need on the target's side. Reads only. */
export function checkCopy({ at, source = at, databases }: MongoRequestOf<'checkCopy'>, { connect }: MongoContext): Promise<CopyCheck> {
  return withMongo(connect, at, 1, (target) =>
    withMongo(connect, source, 1, async (from) => {
      const checked: CopyCheck['databases'][number][] = [];
      for (const each of databases) checked.push({ ...each, problems: [], space: await readSpace(from, each.from, target, each.to) });
      return { databases: checked };
    }),
  );
}
