import type { Document } from 'mongodb';
import type { MongoAddress } from '../../model/mongo-facts.js';

/** A document as the server stores it: nothing is parsed, so nothing can be lost on the way. */
export type RawDocument = Uint8Array;

export interface Query {
  readonly filter?: Document;
  readonly sort?: Document;
  readonly projection?: Document;
  readonly skip?: number;
  readonly limit?: number;
  /** Documents per round trip; the server stops at 16 MiB anyway. */
  readonly batchDocuments?: number;
}

export interface InsertOptions {
  /** Stop at the first refusal and keep the order, for collections whose order matters. */
  readonly ordered?: boolean;
  /** The collection that is meant: the server refuses when another one has its name by now. */
  readonly collectionUuid?: Document;
  /** The source may hold documents older than its validator. */
  readonly bypassValidation?: boolean;
  /** Keep Timestamp(0, 0); a server fills it with the time otherwise. MongoDB 5.0+, late patch releases. */
  readonly keepEmptyTimestamps?: boolean;
}

/** A document that the server did not take. Carries no contents. */
export interface Refusal {
  /** In the documents given. */
  readonly index: number;
  readonly code: number;
}

/** The little that moving databases needs of a MongoDB-speaking server. Failures are those of src/errors.ts, without secrets and without contents of documents. */
export interface Mongo {
  /** Answers are promoted to plain values. Writes ask for a majority by themselves (`majority`). */
  command(database: string, command: Document): Promise<Document>;
  /** All documents of a command that answers with a cursor, with every BSON type kept apart. */
  list(database: string, command: Document): Promise<readonly Document[]>;
  /** Batches of documents; reads one batch ahead of the consumer. */
  read(database: string, collection: string, query: Query): AsyncIterable<readonly RawDocument[]>;
  /** Inserts with majority write concern; answers what the server refused. */
  insert(database: string, collection: string, documents: readonly RawDocument[], options?: InsertOptions): Promise<readonly Refusal[]>;
  close(): Promise<void>;
}

/** `connections` bounds how much runs side by side. */
export type ConnectMongo = (address: MongoAddress, connections: number) => Promise<Mongo>;

export const majority = { w: 'majority' } as const;
