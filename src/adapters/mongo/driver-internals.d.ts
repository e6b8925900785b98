/** The driver's own way to send documents that are BSON already; not in its typings. Pinned by test/adapters/mongo/driver.test.ts. */
declare module 'mongodb/lib/cmap/commands.js' {
  export class DocumentSequence {
    constructor(field: string);
    push(document: object, raw: Uint8Array): number;
  }
}
