import { type Document, MongoClient, type MongoClientOptions } from 'mongodb';
import { DocumentSequence } from 'mongodb/lib/cmap/commands.js';
import { failure } from '../../errors.js';
import type { MongoAddress } from '../../model/mongo-facts.js';
import { toFailure } from './errors.js';
import { type InsertOptions, type Mongo, majority, type Query, type RawDocument, type Refusal } from './mongo.js';

/** Keeps int32, int64 and double apart, and regular expressions and binaries what they are. */
const exact = { promoteValues: false, promoteLongs: false, promoteBuffers: false, bsonRegExp: true } as const;

/** In ms. Short, because whoever started us starts us again. The address's own options win. */
const defaults: MongoClientOptions = { appName: 'rehelm-copier', serverSelectionTimeoutMS: 10_000, connectTimeoutMS: 10_000 };

function clientOptions({ uri, user, tls }: MongoAddress, connections: number): MongoClientOptions {
  const said = new Set([...new URLSearchParams(uri.split('?')[1]).keys()].map((option) => option.toLowerCase()));
  return {
    ...Object.fromEntries(Object.entries(defaults).filter(([option]) => !said.has(option.toLowerCase()))),
    maxPoolSize: connections,
    ...(user && { auth: { username: user.name, password: user.password }, authSource: user.database ?? 'admin' }),
    ...(tls && {
      tls: true,
      ...(tls.ca !== undefined && { ca: tls.ca }),
      ...(tls.insecure && { tlsAllowInvalidCertificates: true, tlsAllowInvalidHostnames: true }),
    }),
  };
}

/** What a server may say about a batch: refusals by document, or a majority that was not reached. */
function refusalsOf(answer: Document, doing: string): readonly Refusal[] {
  const concern = answer['writeConcernError'] as { readonly code?: number } | undefined;
  if (concern) throw failure('Unreachable', `${doing}: written, but no majority has confirmed it (code ${concern.code ?? 0}).`);
  const errors = (answer['writeErrors'] ?? []) as readonly { readonly index: number; readonly code: number }[];
  return errors.map(({ index, code }) => ({ index, code }));
}

/** `documents` go as a section of their own behind the command, byte for byte. */
function insertCommand(collection: string, documents: readonly RawDocument[], options: InsertOptions): Document {
  const sequence = new DocumentSequence('documents');
  for (const raw of documents) sequence.push({}, raw);
  return {
    insert: collection,
    documents: sequence,
    ordered: options.ordered ?? false,
    writeConcern: majority,
    ...(options.collectionUuid && { collectionUUID: options.collectionUuid }),
    ...(options.bypassValidation && { bypassDocumentValidation: true }),
    ...(options.keepEmptyTimestamps && { bypassEmptyTsReplacement: true }),
  };
}

class DriverMongo implements Mongo {
  readonly #client: MongoClient;
  readonly #secrets: readonly string[];

  constructor(client: MongoClient, secrets: readonly string[]) {
    this.#client = client;
    this.#secrets = secrets;
  }

  async #named<T>(doing: string, act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      throw toFailure(error, doing, this.#secrets);
    }
  }

  command(database: string, command: Document): Promise<Document> {
    return this.#named(`${Object.keys(command)[0]} on ${database}`, () => this.#client.db(database).command(command));
  }

  list(database: string, command: Document): Promise<readonly Document[]> {
    return this.#named(`${Object.keys(command)[0]} on ${database}`, () => this.#client.db(database).runCursorCommand(command, exact).toArray());
  }

  async *read(database: string, collection: string, query: Query): AsyncGenerator<readonly RawDocument[]> {
    const { filter = {}, batchDocuments, ...rest } = query;
    const cursor = this.#client
      .db(database)
      .collection(collection)
      .find(filter, { ...rest, ...(batchDocuments !== undefined && { batchSize: batchDocuments }), raw: true });
    const hasMore = () => {
      const asked = this.#named(`find on ${database}.${collection}`, () => cursor.hasNext());
      // Awaited in the next round; until then its rejection must not count as unhandled.
      asked.catch(() => undefined);
      return asked;
    };
    let more = hasMore();
    try {
      while (await more) {
        const documents = cursor.readBufferedDocuments() as unknown as readonly RawDocument[];
        more = hasMore();
        yield documents;
      }
    } finally {
      await more.catch(() => undefined);
      await cursor.close().catch(() => undefined);
    }
  }

  insert(database: string, collection: string, documents: readonly RawDocument[], options: InsertOptions = {}): Promise<readonly Refusal[]> {
    const doing = `insert into ${database}.${collection}`;
    return this.#named(doing, async () => refusalsOf(await this.#client.db(database).command(insertCommand(collection, documents, options)), doing));
  }

  close(): Promise<void> {
    return this.#client.close();
  }
}

/** Connects and authenticates; a wrong password is WrongPassword, a server that can't be reached Unreachable. */
export async function connectMongo(address: MongoAddress, connections: number): Promise<Mongo> {
  const secrets = [address.user?.password ?? ''];
  const hosts = address.uri.replace(/^[^/]*\/\/([^@]*@)?/, '').replace(/[/?].*$/, '');
  try {
    const client = new MongoClient(address.uri, clientOptions(address, connections));
    await client.connect();
    return new DriverMongo(client, secrets);
  } catch (error) {
    throw toFailure(error, `connect to MongoDB at ${hosts}`, secrets);
  }
}
