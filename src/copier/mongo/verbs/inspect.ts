import type { Mongo } from '../../../adapters/mongo/mongo.js';
import type { DatabaseInspection, MongoRequestOf, MongoResults, PingResult } from '../../../model/copier-mongo.js';
import { readCatalog, toJson } from '../catalog.js';
import type { MongoContext } from '../context.js';
import { describeServer, showServer } from '../server.js';
import { findNotes, findProblems } from '../unmovable.js';
import { listUsers } from '../users.js';
import { withMongo } from '../with-mongo.js';

async function inspectDatabase(mongo: Mongo, server: PingResult, name: string): Promise<DatabaseInspection> {
  const catalog = await readCatalog(mongo, name);
  const sum = (part: 'documents' | 'bytes') => catalog.reduce((all, entry) => all + entry[part], 0);
  return {
    name,
    exists: catalog.length > 0,
    documents: sum('documents'),
    bytes: sum('bytes'),
    collections: catalog.map(({ options, indexes, uuid: _uuid, ...entry }) => ({ ...entry, options: toJson(options), indexes: indexes.map(toJson) })),
    users: (await listUsers(mongo)).filter(({ database }) => database === name).map(({ name: user, roles }) => ({ name: user, roles })),
    problems: findProblems(server, catalog),
    notes: findNotes(server, catalog),
  };
}

/** Reads only. Numbers are the server's own, good enough to plan with. */
export function inspect({ at, databases }: MongoRequestOf<'inspect'>, { connect }: MongoContext): Promise<MongoResults['inspect']> {
  return withMongo(connect, at, 1, async (mongo) => {
    const server = await describeServer(mongo);
    const inspected: DatabaseInspection[] = [];
    for (const database of databases) inspected.push(await inspectDatabase(mongo, server, database));
    return { server: showServer(server), databases: inspected };
  });
}
