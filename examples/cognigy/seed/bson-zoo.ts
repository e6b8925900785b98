import { Binary, BSONRegExp, type Document, Double, Int32, Long, ObjectId, Timestamp, UUID } from 'mongodb';
import { createRandom, type Random, textOf } from './random.js';

/**
 * One of every BSON type that FerretDB 1.24 keeps, at its edges. Not here because it refuses, changes or breaks on them: decimal128, ±Infinity, NaN (the
 * connection is closed), −0 (stored as 0), arrays inside arrays, minKey, maxKey, code.
 */
const values: readonly ((random: Random) => unknown)[] = [
  () => new Int32(0),
  () => new Int32(-2147483648),
  () => new Int32(2147483647),
  (random) => new Int32(random.below(1000)),
  () => Long.MIN_VALUE,
  () => Long.MAX_VALUE,
  () => Long.fromNumber(42), // fits an int32 and must stay an int64
  () => new Double(1), // whole and must stay a double
  () => new Double(0.1 + 0.2),
  () => new Double(Number.MAX_VALUE),
  () => new Double(Number.MIN_VALUE),
  () => new Double(-1.5e-10),
  () => '',
  (random) => textOf(random, 5 + random.below(60)),
  () => 'žluťoučký kůň 🐴 \u0000 "quoted" \\ back\nline',
  () => true,
  () => false,
  () => null,
  () => new Date(0),
  () => new Date(-62135596800000), // year 1
  () => new Date(253402300799999), // the last millisecond of 9999
  (random) => objectIdOf(random),
  (random) => new Binary(random.bytes(12), 0),
  (random) => new Binary(random.bytes(3), 2),
  (random) => new UUID(random.bytes(16).toString('hex')),
  (random) => new Binary(random.bytes(16), 5), // md5
  (random) => new Binary(random.bytes(7), 0x80), // user-defined
  () => new Binary(Buffer.alloc(0), 0),
  () => new BSONRegExp('^a.*[b-z]$', 'im'),
  () => new BSONRegExp('', ''),
  () => new Timestamp({ t: 1700000000, i: 7 }),
  () => ({}),
  () => [],
  (random) => ({ z: new Int32(1), a: { m: textOf(random, 10), k: { deep: [new Int32(1), Long.fromNumber(2), new Double(3), { four: null }, 'five'] } } }),
  () => [new Int32(1), 'one', null, true, { b: 1, a: 2 }, new Date(1), new Binary(Buffer.from('x'))],
];

/**
 * Types that an `_id` may have. Each kind has numbers of its own: FerretDB on SQLite indexes the JSON value without its type, so the int 5 and the date 5 ms
 * after the epoch would be one and the same `_id`.
 */
const ids: readonly ((number: number, random: Random) => unknown)[] = [
  (_number, random) => objectIdOf(random),
  (number) => `type-${number}`,
  (number) => new Int32(number),
  (number) => Long.fromNumber(2 ** 52 + number),
  (number) => new Double(number + 0.5),
  (number) => new Date(1_600_000_000_000 + number),
  (number) => new Binary(Buffer.from(`binary ${number}`)),
  (_number, random) => new UUID(random.bytes(16).toString('hex')),
  (number) => ({ region: 'eu', number: new Int32(number) }),
];

export const objectIdOf = (random: Random): ObjectId => new ObjectId(random.bytes(12));

/** A document of the zoo: a kind of `_id` in turn, four values in turn, and its fields in one of several orders. */
export const zooDocument = (number: number): Document => {
  const random = createRandom(number * 7919 + 1);
  const fields: (readonly [string, unknown])[] = [['number', new Int32(number)]];
  for (let offset = 0; offset < 4; offset++) fields.push([`value${offset}`, values[(number * 4 + offset) % values.length]!(random)]);
  const turned = [...fields.slice(number % fields.length), ...fields.slice(0, number % fields.length)];
  // _id first, whatever comes after: servers move it there
  return Object.fromEntries([['_id', ids[number % ids.length]!(number, random)], ...turned]);
};

/** How many documents show every value and every kind of `_id` at least once. */
export const zooSize = values.length * ids.length;
