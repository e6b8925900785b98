import type { MongoRequestOf, MongoResults } from '../../../model/copier-mongo.js';
import type { MongoContext } from '../context.js';
import { ledgerDatabase } from '../ledger.js';
import { withMongo } from '../with-mongo.js';

const own: readonly unknown[] = ['admin', 'config', 'local', ledgerDatabase];

/** All but the server's own and the copier's. */
export function listDatabases({ at }: MongoRequestOf<'listDatabases'>, { connect }: MongoContext): Promise<MongoResults['listDatabases']> {
  return withMongo(connect, at, 1, async (mongo) => {
    const { databases } = await mongo.command('admin', { listDatabases: 1, nameOnly: true });
    const names = (databases as readonly { readonly name: string }[]).map(({ name }) => name);
    return { databases: names.filter((name) => !own.includes(name)).toSorted() };
  });
}
