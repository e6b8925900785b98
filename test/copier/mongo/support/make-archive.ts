import { BSON, type Document, Int32, Long } from 'mongodb';

export interface MadeCollection {
  readonly name: string;
  readonly type?: 'collection' | 'timeseries' | 'view';
  readonly documents?: readonly Buffer[];
  readonly options?: Document;
  /** A name alone: of `n`. */
  readonly indexes?: readonly (string | Document)[];
}

export const indexOf = (index: string | Document): Document => (typeof index === 'string' ? { key: { n: 1 }, name: index } : index);

const end = Buffer.from('ffffffff', 'hex');
const stored = ({ name, type }: MadeCollection) => (type === 'timeseries' ? `system.buckets.${name}` : name);

/** As mongodump --archive writes it: https://github.com/mongodb/mongo-tools/blob/master/common/archive/spec.md. Collections in turns, a document at a time. */
export function makeArchive(db: string, collections: readonly MadeCollection[]): Buffer {
  const of = (document: object) => Buffer.from(BSON.serialize(document));
  const header = (collection: string, isEnd: boolean) => of({ db, collection, EOF: isEnd, CRC: Long.fromNumber(isEnd ? 7 : 0) });
  const prelude = [
    Buffer.from('6de29981', 'hex'),
    of({ concurrent_collections: new Int32(4), version: '0.1', server_version: '7.0.8', tool_version: '100.9.4' }),
    ...collections.map(({ name, type = 'collection', options = {}, indexes = [] }) => {
      const all = [{ key: { _id: 1 }, name: '_id_' }, ...indexes.map(indexOf)].map((index) => ({ v: 2, ...index }));
      const metadata = BSON.EJSON.stringify({ options, indexes: all, uuid: 'f00d', collectionName: name, type }, { relaxed: false });
      return of({ db, collection: name, metadata, size: new Int32(0), type });
    }),
    end,
  ];
  const kept = collections.filter(({ type }) => type !== 'view');
  const most = Math.max(0, ...kept.map(({ documents = [] }) => documents.length));
  const blocks = Array.from({ length: most }, (_, turn) =>
    kept.flatMap((each) => {
      const document = each.documents?.[turn];
      return document ? [header(stored(each), false), document, end] : [];
    }),
  );
  return Buffer.concat([...prelude, ...blocks.flat(), ...kept.flatMap((each) => [header(stored(each), true), end])]);
}
