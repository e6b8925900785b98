import { MongoClient } from 'mongodb';
import { type CollectionFingerprint, createSetHash, type Fingerprint } from './fingerprint.js';

/** Reads every document of the databases as the bytes the server sends, so a changed type or field order is a different document. */
export const fingerprintMongodb = async ({
  rootUri,
  databases,
}: {
  readonly rootUri: string;
  readonly databases: readonly string[];
}): Promise<Fingerprint['databases']> => {
  const client = new MongoClient(rootUri, { serverSelectionTimeoutMS: 30_000 });
  try {
    return Object.fromEntries(await Promise.all(databases.map(async (name) => [name, await fingerprintDatabase(client, name)] as const)));
  } finally {
    await client.close();
  }
};

const fingerprintDatabase = async (client: MongoClient, database: string): Promise<Readonly<Record<string, CollectionFingerprint>>> => {
  const collections = await client.db(database).listCollections({}, { nameOnly: true }).toArray();
  const names = collections.map(({ name }) => name).sort();
  const result: Record<string, CollectionFingerprint> = {};
  for (const name of names) result[name] = await fingerprintCollection(client, database, name);
  return result;
};

const fingerprintCollection = async (client: MongoClient, database: string, name: string): Promise<CollectionFingerprint> => {
  const collection = client.db(database).collection(name);
  const hash = createSetHash();
  // with `raw` the driver hands out Buffers, which its types do not say
  for await (const document of collection.find<Uint8Array>({}, { raw: true, batchSize: 1000 })) hash.add(document);
  const indexes = await collection.indexes();
  return { ...hash.result(), indexes: indexes.map(({ key, unique }) => `${JSON.stringify(key)}${unique ? '!' : ''}`).sort() };
};
