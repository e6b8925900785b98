import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BSON } from 'mongodb';
import { zooDocument, zooSize } from '../../examples/cognigy/seed/bson-zoo.js';
import { compareFingerprints, createSetHash, type Fingerprint } from '../../examples/cognigy/seed/fingerprint.js';
import { fingerprintFiles } from '../../examples/cognigy/seed/fingerprint-files.js';
import { layout, sizesOf } from '../../examples/cognigy/seed/layout.js';
import { seedFiles } from '../../examples/cognigy/seed/seed-files.js';
import { userOf } from '../../examples/cognigy/seed/seed-mongodb.js';

const typeOf = (value: unknown): string => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (value instanceof Date) return 'date';
  if (typeof value !== 'object') return typeof value;
  const { _bsontype: type, sub_type: subtype } = value as { _bsontype?: string; sub_type?: number };
  return type === 'Binary' ? `binary ${subtype}` : (type ?? 'document');
};

describe('the documents', () => {
  const zoo = Array.from({ length: zooSize }, (_, number) => zooDocument(number));

  it('show every BSON type that FerretDB takes, as value and as _id', () => {
    const values = new Set(zoo.flatMap((document) => Object.entries(document).flatMap(([key, value]) => (key.startsWith('value') ? [typeOf(value)] : []))));
    const types = ['Int32', 'Long', 'Double', 'string', 'boolean', 'null', 'date', 'ObjectId', 'BSONRegExp', 'Timestamp', 'document', 'array'];
    expect([...values]).toEqual(expect.arrayContaining([...types, 'binary 0', 'binary 2', 'binary 4', 'binary 5', 'binary 128']));
    const ids = new Set(zoo.map(({ _id }) => typeOf(_id)));
    expect(ids).toEqual(new Set(['ObjectId', 'string', 'Int32', 'Long', 'Double', 'date', 'binary 0', 'binary 4', 'document']));
  });

  it('have their fields in different orders', () => {
    expect(new Set(zoo.map((document) => Object.keys(document).join(' '))).size).toBeGreaterThan(2);
  });

  it('have no _id twice, whatever its type: numbers and dates of one value are the same to FerretDB', () => {
    const plain = zoo.map(({ _id }) => JSON.stringify(_id instanceof Date ? _id.getTime() : BSON.EJSON.serialize({ _id })['_id']));
    expect(new Set(plain).size).toBe(zoo.length);
  });

  it('are the same bytes each time', () => {
    for (const { document } of layout.flatMap(({ collections }) => collections)) expect(BSON.serialize(document(3))).toEqual(BSON.serialize(document(3)));
  });

  it('are as many as were ordered, in collections of unequal size', () => {
    for (const documents of [1000, 50_000, 50_001]) expect(sizesOf(documents).reduce((sum, [, size]) => sum + size, 0)).toBe(documents);
    expect(() => sizesOf(3)).toThrow('at least 20');
    const sizes = sizesOf(50_000).map(([, size]) => size);
    expect(new Set(sizes).size).toBe(sizes.length);
  });
});

describe('a user', () => {
  it('is read from a connection string, of several hosts, too', () => {
    const user = { user: 'service-api', password: 'p@ss', database: 'service-api' };
    expect(userOf('mongodb://service-api:p%40ss@a:27017,b:27017/service-api?authSource=x')).toEqual(user);
    expect(() => userOf('mongodb://a:27017/db')).toThrow('without user');
  });
});

describe('the fingerprint', () => {
  const of = (...members: string[]) => {
    const hash = createSetHash();
    for (const member of members) hash.add(member);
    return hash.result();
  };

  it('knows a set whatever its order, and a pair of equal members from none', () => {
    expect(of('a', 'b', 'c')).toEqual(of('c', 'a', 'b'));
    expect(of('a', 'b').hash).not.toBe(of('a', 'c').hash);
    expect(of('a', 'a').hash).not.toBe(of().hash);
  });

  it('is equal over renamed databases, and says what is not', () => {
    const before: Fingerprint = { databases: { old: { items: { ...of('a'), indexes: ['x'] } } }, volumes: { functions: of('f') }, redis: { redis: of('k') } };
    const after: Fingerprint = { ...before, databases: { new: before.databases['old']! } };
    expect(compareFingerprints(before, after, { old: 'new' })).toEqual([]);
    expect(compareFingerprints(before, after)).toEqual(['collection new.items: only after', 'collection old.items: only before']);
    const changed: Fingerprint = {
      databases: { new: { items: { ...of('a'), indexes: [] } } },
      volumes: { functions: of('g') },
      redis: { redis: of('k', 'l') },
    };
    expect(compareFingerprints(before, changed, { old: 'new' })).toEqual([
      'collection new.items: indexes x before,  after',
      'redis redis: 1 before, 2 after',
      'volume functions: 1 on both sides, but not the same',
    ]);
  });

  it('sees a changed byte and a moved file on a volume', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'functions-'));
    try {
      await seedFiles({ directory, files: 60 });
      const first = await fingerprintFiles(directory);
      await seedFiles({ directory, files: 60 });
      expect(await fingerprintFiles(directory)).toEqual(first);
      expect(first.count).toBe(61);
      const [, path] = /^\w+ {2}(.+)$/m.exec(await readFile(join(directory, 'SHA256SUMS'), 'utf8')) ?? [];
      await writeFile(join(directory, path ?? ''), 'changed');
      const changed = await fingerprintFiles(directory);
      expect([changed.count, changed.hash === first.hash]).toEqual([61, false]);
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});
