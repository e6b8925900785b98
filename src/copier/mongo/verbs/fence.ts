import { majority } from '../../../adapters/mongo/mongo.js';
import type { MongoRequestOf, MongoResults } from '../../../model/copier-mongo.js';
import type { MongoContext } from '../context.js';
import { findUser, showUser } from '../users.js';
import { withWriter } from '../with-mongo.js';

/** Shuts writers out as captured. Users who went meanwhile are passed over. */
export function fence(request: MongoRequestOf<'fence'>, { connect }: MongoContext): Promise<MongoResults['fence']> {
  const { method, users, ttlMonitor, holes } = request.captured;
  return withWriter(connect, request, async (writing) => {
    const { mongo } = writing;
    const changed: string[] = [];
    if (ttlMonitor?.enabled) await mongo.command('admin', { setParameter: 1, ttlMonitorEnabled: false });
    for (const user of users) {
      await writing.fence.check();
      if (!(await findUser(mongo, user.database, user.name))) continue;
      await mongo.command(user.database, { updateUser: user.name, roles: [...user.fencedRoles], writeConcern: majority });
      changed.push(showUser(user));
    }
    // Last: from here on only those with bypassWriteBlockingMode write, which the copier's user needs.
    if (method === 'writeBlock') await mongo.command('admin', { setUserWriteBlockMode: 1, global: true });
    return { method, changed, holes };
  });
}
