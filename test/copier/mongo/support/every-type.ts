import {
  Binary,
  BSON,
  BSONRegExp,
  BSONSymbol,
  Code,
  DBRef,
  Decimal128,
  type Document,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from 'mongodb';

/** A document whose two fields have the same name: no driver writes it, and servers keep it. */
function withDuplicateField(): Buffer {
  const raw = Buffer.from(BSON.serialize({ _id: 'duplicate', aa: new Int32(1), bb: new Int32(2) }));
  return Buffer.from(raw.toString('latin1').replace('bb\0', 'aa\0'), 'latin1');
}

/** NaN has many bit patterns; this one is not the usual. */
function withPayloadNaN(): Buffer {
  const raw = Buffer.from(BSON.serialize({ _id: 'payload', nan: new Double(1.5) }));
  raw.writeBigUInt64LE(0x7ff8_0000_dead_beefn, raw.length - 9);
  return raw;
}

const values: Document = {
  double: new Double(3),
  'negative zero': new Double(-0),
  'int 0': new Int32(0),
  'int 3': new Int32(3),
  'long 3': Long.fromNumber(3),
  'long big': Long.fromString('9223372036854775807'),
  'decimal 3': Decimal128.fromString('3'),
  'decimal 3.0': Decimal128.fromString('3.0'),
  'decimal NaN': Decimal128.fromString('NaN'),
  NaN: new Double(Number.NaN),
  infinity: new Double(Number.POSITIVE_INFINITY),
  '-infinity': new Double(Number.NEGATIVE_INFINITY),
  text: 'a\u0000b ü 🦀',
  nothing: null,
  yes: true,
  no: false,
  date: new Date('1969-12-31T23:59:59.999Z'),
  timestamp: new Timestamp({ t: 1, i: 2 }),
  nestedEmptyTimestamp: { at: new Timestamp({ t: 0, i: 0 }) },
  id: new ObjectId('0123456789abcdef01234567'),
  binary: new Binary(Buffer.from([0, 1, 255]), 0),
  oldBinary: new Binary(Buffer.from([1, 2]), 2),
  uuid: new Binary(Buffer.alloc(16, 7), 4),
  oldUuid: new Binary(Buffer.alloc(16, 7), 3),
  userBinary: new Binary(Buffer.from('x'), 128),
  regexp: new BSONRegExp('^a.*b$', 'im'),
  code: new Code('return 1'),
  scopedCode: new Code('return x', { x: new Int32(1) }),
  symbol: new BSONSymbol('symbol'),
  minKey: new MinKey(),
  maxKey: new MaxKey(),
  dbRef: new DBRef('other', new ObjectId('0123456789abcdef01234567')),
  nestedArrays: [[new Int32(1), [new Double(2), [Long.fromNumber(3)]]], []],
  empty: {},
  '': 'an empty name',
  'dotted.name': 1,
  $dollar: { $gt: new Int32(1) },
};

/** One document for each type and trap, one with all of them, and some that no serializer would write. */
export const everyType: readonly Buffer[] = [
  ...Object.entries(values).map(([name, value]) => Buffer.from(BSON.serialize({ _id: `the ${name}`, [name]: value }))),
  Buffer.from(BSON.serialize({ _id: 'all', ...values })),
  Buffer.from(BSON.serialize({ _id: 'order 1', b: 1, a: 2 })),
  Buffer.from(BSON.serialize({ _id: 'order 2', a: 2, b: 1 })),
  withDuplicateField(),
  withPayloadNaN(),
];

/** An `_id` of each bracket, and of those that no bracket holds. */
export const everyId: readonly Document[] = [
  new MinKey(),
  null,
  new Double(Number.NaN),
  new Double(Number.NEGATIVE_INFINITY),
  new Int32(-5),
  new Double(0.5),
  Long.fromNumber(7),
  Decimal128.fromString('7.25'),
  new Double(Number.POSITIVE_INFINITY),
  'text',
  '',
  new BSONSymbol('symbol'),
  { a: new Int32(1) },
  {},
  new Binary(Buffer.from('b'), 0),
  new ObjectId('0123456789abcdef01234567'),
  true,
  false,
  new Date(5),
  new Timestamp({ t: 3, i: 4 }),
  new MaxKey(),
].map((_id) => ({ _id }));
