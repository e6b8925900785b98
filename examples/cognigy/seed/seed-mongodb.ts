import { type Db, type Document, MongoClient, MongoServerError } from 'mongodb';
import { type CollectionLayout, layout, sizesOf } from './layout.js';

export type MongodbSeed = { readonly rootUri: string; readonly userUris: readonly string[]; readonly documents: number };

const userAlreadyExists = 51003;
const batch = 1000;

/** Creates the users of the connection strings and fills the two databases. Drops what an earlier seed left there, so it can be repeated. */
export const seedMongodb = async ({ rootUri, userUris, documents }: MongodbSeed): Promise<{ readonly users: number; readonly documents: number }> => {
  const client = new MongoClient(rootUri, { serverSelectionTimeoutMS: 30_000 });
  try {
    for (const uri of userUris) await createUser(client, uri);
    const sizes = new Map(sizesOf(documents));
    await Promise.all(layout.map((database) => seedDatabase(client.db(database.name), database.collections, sizes)));
  } finally {
    await client.close();
  }
  return { users: userUris.length, documents };
};

const seedDatabase = async (database: Db, collections: readonly CollectionLayout[], sizes: ReadonlyMap<CollectionLayout, number>): Promise<void> => {
  await database.dropDatabase();
  for (const collection of collections) await seedCollection(database, collection, sizes.get(collection) ?? 0);
};

const seedCollection = async (database: Db, { name, indexes, document }: CollectionLayout, size: number): Promise<void> => {
  const collection = await database.createCollection(name);
  for (let from = 0; from < size; from += batch) {
    const documents: Document[] = Array.from({ length: Math.min(batch, size - from) }, (_, offset) => document(from + offset));
    await collection.insertMany(documents, { ordered: false });
  }
  for (const { key, ...options } of indexes) await collection.createIndex(key, options);
};

/** A connection string is also the order for its user: name and password in the database it names, as MongoDB authenticates against that one. */
export const userOf = (connectionString: string): { readonly user: string; readonly password: string; readonly database: string } => {
  const [, user, password, database] = /^mongodb(?:\+srv)?:\/\/([^:@]+):([^@]+)@[^/]+\/([^?]+)/.exec(connectionString) ?? [];
  if (!user || !password || !database) throw new Error('a connection string without user, password or database');
  return { user: decodeURIComponent(user), password: decodeURIComponent(password), database };
};

const createUser = async (client: MongoClient, connectionString: string): Promise<void> => {
  const { user, password, database } = userOf(connectionString);
  try {
    await client.db(database).command({ createUser: user, pwd: password, roles: [] }); // FerretDB 1.24 takes no other roles
  } catch (error) {
    if (!(error instanceof MongoServerError && error.code === userAlreadyExists)) throw error;
    await client.db(database).command({ updateUser: user, pwd: password });
  }
};
