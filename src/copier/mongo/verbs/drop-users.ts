import { majority } from '../../../adapters/mongo/mongo.js';
import type { MongoRequestOf, MongoResults } from '../../../model/copier-mongo.js';
import type { MongoContext } from '../context.js';
import { findUser } from '../users.js';
import { withWriter } from '../with-mongo.js';

/** The undo of createUsers: drops those that this run made, passes over all others. */
export function dropUsers(request: MongoRequestOf<'dropUsers'>, { connect }: MongoContext): Promise<MongoResults['dropUsers']> {
  const { database } = request;
  return withWriter(connect, request, async ({ mongo, ledger }) => {
    const dropped: string[] = [];
    for (const name of request.users) {
      if (!(await ledger.madeUser(database, name))) continue;
      if (await findUser(mongo, database, name)) {
        await mongo.command(database, { dropUser: name, writeConcern: majority });
        dropped.push(name);
      }
      await ledger.forgetUser(database, name);
    }
    return { dropped };
  });
}
