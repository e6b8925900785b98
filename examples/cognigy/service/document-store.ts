import { MongoClient } from 'mongodb';
import type { Store } from './store.js';

type ItemDocument = { readonly _id: string; readonly value: string };

const clientOptions = { serverSelectionTimeoutMS: 1000, connectTimeoutMS: 1000, socketTimeoutMS: 5000, maxPoolSize: 4 };

/** Documents in the database that the connection string names. */
export const createDocumentStore = ({ connectionString }: { readonly connectionString: string }): Store => {
  const { connect, close } = createConnector(connectionString);
  const items = async () => (await connect()).db().collection<ItemDocument>('items');
  return {
    name: 'mongodb',
    check: async () => {
      await (await connect()).db().command({ ping: 1 });
      // A text as _id: FerretDB looks only texts and ObjectIds up without reading the whole collection.
      await (await items()).findOne({ _id: 'health' });
    },
    count: async () => {
      const database = (await connect()).db();
      const collections = await database.listCollections({}, { nameOnly: true }).toArray();
      const counts = await Promise.all(collections.map(({ name }) => database.collection(name).estimatedDocumentCount()));
      return counts.reduce((sum, count) => sum + count, 0);
    },
    write: async ({ id, value }) => {
      await (await items()).updateOne({ _id: id }, { $set: { value } }, { upsert: true });
    },
    has: async (id) => (await (await items()).findOne({ _id: id })) !== null,
    close,
  };
};

/**
 * One attempt to connect at a time, and a new client after one that failed: a driver's client whose first connection is refused (a user who does not exist
 * yet) while another operation joins in answers "Topology is closed" for ever (mongodb 7.9).
 */
const createConnector = (connectionString: string): { readonly connect: () => Promise<MongoClient>; readonly close: () => Promise<void> } => {
  let connecting: Promise<MongoClient> | undefined;
  const connectAnew = async (): Promise<MongoClient> => {
    const client = new MongoClient(connectionString, clientOptions);
    try {
      return await client.connect();
    } catch (error) {
      connecting = undefined;
      await client.close(true).catch(() => undefined);
      throw error;
    }
  };
  return {
    connect: () => {
      connecting ??= connectAnew();
      return connecting;
    },
    close: async () => (await connecting)?.close(true),
  };
};
