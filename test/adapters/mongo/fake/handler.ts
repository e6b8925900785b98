import { BSON, type Document } from 'mongodb';

export type Handler = (database: string, command: Document, documents: readonly Buffer[]) => Document | Buffer;

export class ServerError extends Error {
  constructor(
    readonly code: number,
    readonly codeName: string,
  ) {
    super(codeName);
  }
}

export const bytes = (document: Document): Buffer => Buffer.from(BSON.serialize(document, { ignoreUndefined: false }));
