import { BSON, type Document } from 'mongodb';

const opMsg = 2013;
const opQuery = 2004;
const opReply = 1;

const exact = { promoteValues: false, promoteLongs: false, promoteBuffers: false, bsonRegExp: true } as const;

export interface WireRequest {
  readonly requestId: number;
  readonly legacy: boolean;
  /** With every BSON type kept apart. */
  readonly command: Document;
  /** Documents of the message's second section, as the bytes that came. */
  readonly documents: readonly Buffer[];
}

function readSequence(section: Buffer): readonly Buffer[] {
  const documents: Buffer[] = [];
  for (let at = section.indexOf(0, 4) + 1; at < section.length; at += section.readInt32LE(at))
    documents.push(Buffer.from(section.subarray(at, at + section.readInt32LE(at))));
  return documents;
}

function readMsg(requestId: number, body: Buffer): WireRequest {
  let command: Document = {};
  let documents: readonly Buffer[] = [];
  for (let at = 4; at < body.length; ) {
    const kind = body[at];
    const size = body.readInt32LE(at + 1);
    const section = body.subarray(at + 1, at + 1 + size);
    if (kind === 0) command = BSON.deserialize(section, exact);
    else documents = readSequence(section);
    at += 1 + size;
  }
  return { requestId, legacy: false, command, documents };
}

/** One whole message: OP_MSG, or the OP_QUERY of a driver's first hello. */
export function readMessage(message: Buffer): WireRequest {
  const requestId = message.readInt32LE(4);
  const code = message.readInt32LE(12);
  const body = message.subarray(16);
  if (code === opMsg) return readMsg(requestId, body);
  if (code !== opQuery) throw new Error(`no such message: ${code}`);
  return { requestId, legacy: true, command: BSON.deserialize(body.subarray(body.indexOf(0, 4) + 9), exact), documents: [] };
}

export function writeMessage({ requestId, legacy }: WireRequest, answer: Uint8Array): Buffer {
  const before = legacy ? Buffer.alloc(20) : Buffer.alloc(5);
  if (legacy) before.writeInt32LE(1, 16);
  const header = Buffer.alloc(16);
  header.writeInt32LE(16 + before.length + answer.length, 0);
  header.writeInt32LE(requestId, 8);
  header.writeInt32LE(legacy ? opReply : opMsg, 12);
  return Buffer.concat([header, before, answer]);
}

const cstring = (text: string) => Buffer.from(`${text}\0`);

function rawDocument(elements: readonly Buffer[]): Buffer {
  const body = Buffer.concat([...elements, Buffer.of(0)]);
  const length = Buffer.alloc(4);
  length.writeInt32LE(body.length + 4);
  return Buffer.concat([length, body]);
}

/** A cursor's answer with documents as the bytes they are: serializing them anew could hide what it repairs. */
export function cursorAnswer(field: 'firstBatch' | 'nextBatch', documents: readonly Uint8Array[], id: bigint): Buffer {
  const batch = rawDocument(documents.map((raw, index) => Buffer.concat([Buffer.of(3), cstring(String(index)), raw])));
  const idBytes = Buffer.alloc(8);
  idBytes.writeBigInt64LE(id);
  const namespace = BSON.serialize({ ns: 'fake.fake' }).subarray(4, -1);
  const cursor = rawDocument([
    Buffer.concat([Buffer.of(4), cstring(field), batch]),
    Buffer.concat([Buffer.of(18), cstring('id'), idBytes]),
    Buffer.from(namespace),
  ]);
  return rawDocument([Buffer.concat([Buffer.of(3), cstring('cursor'), cursor]), Buffer.from(BSON.serialize({ ok: 1 }).subarray(4, -1))]);
}

/** A server of its own, as MongoDB 7 introduces itself. */
export const hello: Document = {
  isWritablePrimary: true,
  ismaster: true,
  helloOk: true,
  minWireVersion: 0,
  maxWireVersion: 21,
  maxBsonObjectSize: 16_777_216,
  maxMessageSizeBytes: 48_000_000,
  maxWriteBatchSize: 100_000,
  logicalSessionTimeoutMinutes: 30,
};
