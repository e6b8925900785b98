import { BSON, type Document } from 'mongodb';
import { failure } from '../../../errors.js';
import type { ArchivedCollection, ArchivedDatabase, ArchivedDefinition } from '../../../model/backup.js';
import type { Json } from '../../../model/kube-object.js';
import { ownIndexes, toJson } from '../catalog.js';
import { DocumentHash } from '../document-hash.js';
import { ByteReader } from './byte-reader.js';

/** `mongodump --archive`, https://github.com/mongodb/mongo-tools/blob/master/common/archive/spec.md, little-endian. */
const magic = 0x81_99_e2_6d;
/** In place of a document's length: the end of a block. */
const terminator = -1;
/** A document has 16 MiB, and what the server itself adds. */
const longest = 17 * 2 ** 20;
const bucketsOf = 'system.buckets.';

/** DumpIncomplete: it ends before its end, or is none. */
const broken = (why: string) => failure('DumpIncomplete', `The archive ${why}.`);

/** Undefined at the end of a block. */
async function nextDocument(reader: ByteReader): Promise<Buffer | undefined> {
  const length = (await reader.peek(4))?.readInt32LE(0);
  if (length === undefined) throw broken('ends within a block');
  if (length === terminator) {
    await reader.take(4);
    return undefined;
  }
  if (length < 5 || length > longest) throw broken(`holds a document of ${length} bytes`);
  const document = await reader.take(length);
  if (!document) throw broken('ends within a document');
  return document;
}

const documentsOfBlock = async function* (reader: ByteReader): AsyncIterable<Buffer> {
  for (;;) {
    const document = await nextDocument(reader);
    if (!document) return;
    yield document;
  }
};

interface Prelude {
  readonly collections: ReadonlyMap<string, Pick<ArchivedCollection, 'type' | 'indexes' | 'definition'>>;
  readonly views: readonly string[];
  readonly viewDefinitions: Readonly<Record<string, Json>>;
}

/** Undefined where the archive says nothing of it. */
function definitionOf({ metadata }: Document): ArchivedDefinition | undefined {
  if (!metadata) return undefined;
  const { options = {}, indexes = [] } = BSON.EJSON.parse(metadata, { relaxed: false }) as Document;
  return { options: toJson(options), indexes: ownIndexes(indexes).map(toJson) };
}

function collectionOf(listed: Document): Pick<ArchivedCollection, 'type' | 'indexes' | 'definition'> {
  const definition = definitionOf(listed);
  const names = (definition?.indexes ?? []).map((index) => String((index as Document)['name']));
  return { type: listed['type'] === 'timeseries' ? 'timeseries' : 'collection', indexes: names, ...(definition && { definition }) };
}

async function readPrelude(reader: ByteReader): Promise<Prelude> {
  if ((await reader.take(4))?.readUInt32LE(0) !== magic) throw broken('does not begin as one of mongodump does');
  const [, ...listed] = (await Array.fromAsync(documentsOfBlock(reader))).map((raw) => BSON.deserialize(raw));
  const nameOf = ({ collection }: Document) => String(collection);
  const isView = ({ type }: Document) => type === 'view';
  const views = listed.filter(isView);
  const known = views.flatMap((view): [string, Json][] => {
    const definition = definitionOf(view);
    return definition ? [[nameOf(view), definition.options]] : [];
  });
  return {
    collections: new Map(listed.filter((each) => !isView(each)).map((each) => [nameOf(each), collectionOf(each)])),
    views: views.map(nameOf),
    viewDefinitions: Object.fromEntries(known),
  };
}

/** Each collection's documents, which may come in several blocks, in turns with those of others; a block of its own says that it is whole. */
async function readBlocks(reader: ByteReader): Promise<ReadonlyMap<string, DocumentHash>> {
  const hashes = new Map<string, DocumentHash>();
  const whole = new Set<string>();
  while (!(await reader.isAtEnd())) {
    const header = await nextDocument(reader);
    if (!header) throw broken('has a block without a head');
    const { collection, EOF: isEnd } = BSON.deserialize(header);
    const hash = hashes.get(collection) ?? new DocumentHash();
    hashes.set(collection, hash);
    for await (const document of documentsOfBlock(reader)) hash.add(document);
    if (isEnd) whole.add(collection);
  }
  const open = [...hashes.keys()].find((name) => !whole.has(name));
  if (open !== undefined) throw broken(`ends before collection ${open} does`);
  return hashes;
}

/** Reads an archive of one database to its end: what is in it, and that it is whole. DumpIncomplete otherwise. */
export async function readArchive(content: AsyncIterable<Uint8Array>): Promise<Omit<ArchivedDatabase, 'name' | 'folder' | 'bytes'>> {
  const reader = new ByteReader(content);
  const prelude = await readPrelude(reader);
  const hashes = await readBlocks(reader);
  const collections = [...prelude.collections].map(([name, { type, ...described }]): ArchivedCollection => {
    const hash = hashes.get(type === 'timeseries' ? `${bucketsOf}${name}` : name) ?? hashes.get(name);
    if (!hash) throw broken(`lists collection ${name} and does not hold it`);
    return { name, type, documents: hash.documents, hash: hash.hash, ...described };
  });
  return { collections: collections.toSorted((a, b) => (a.name < b.name ? -1 : 1)), views: prelude.views.toSorted(), viewDefinitions: prelude.viewDefinitions };
}
