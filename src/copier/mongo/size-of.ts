import type { Mongo } from '../../adapters/mongo/mongo.js';

/** Bytes of all documents of databases, as the server counts them. */
export async function sizeOf(mongo: Mongo, databases: readonly string[]): Promise<number> {
  const stats = await Promise.all(databases.map((database) => mongo.command(database, { dbStats: 1 })));
  return stats.reduce((sum, { dataSize }) => sum + Number(dataSize ?? 0), 0);
}
