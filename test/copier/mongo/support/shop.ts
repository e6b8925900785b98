import {
  Binary,
  BSON,
  BSONRegExp,
  BSONSymbol,
  Code,
  Decimal128,
  type Document,
  Double,
  Int32,
  Long,
  type MongoClient,
  ObjectId,
  Timestamp,
  UUID,
} from 'mongodb';
import { connectMongo } from '../../../../src/adapters/mongo/driver.js';
import type { MongoAddress } from '../../../../src/model/mongo-facts.js';
import type { FakeMongod } from '../../../adapters/mongo/fake/fake-mongod.js';

const exact = { promoteValues: false, promoteLongs: false, promoteBuffers: false, bsonRegExp: true } as const;
export const parse = (raw: Uint8Array): Document => BSON.deserialize(raw, exact);
export const toRaw = (document: Document): Buffer => Buffer.from(BSON.serialize(document, { ignoreUndefined: false }));

export const idOf = (n: number): ObjectId => new ObjectId(n.toString(16).padStart(24, '0'));

/** Types that every server keeps, FerretDB too. */
const order = (n: number): Document => ({
  _id: new Int32(n),
  text: `order ${n} of é and 🦀`,
  total: new Double(n / 3),
  zero: new Double(-0),
  count: new Int32(n),
  big: Long.fromString('9007199254740993'),
  nothing: null,
  paid: false,
  at: new Date(1_700_000_000_000 + n),
  of: idOf(n),
  photo: new Binary(Buffer.from([n % 256, 1, 2]), 0),
  stamp: new Timestamp({ t: 1, i: n }),
  like: new BSONRegExp('^a', 'i'),
  lines: [new Int32(1), new Int32(2), 'three'],
  place: { street: 's', number: new Int32(1) },
  none: [],
});

/** Those that only a real one does. */
const rare = (n: number): Document => ({
  _id: `rare ${n}`,
  exact: Decimal128.fromString('3.0'),
  symbol: new BSONSymbol('s'),
  code: new Code('return 1', { x: new Int32(1) }),
});

export const documents: Readonly<Record<string, readonly Document[]>> = {
  orders: Array.from({ length: 120 }, (_, n) => order(n)),
  customers: Array.from({ length: 30 }, (_, n) => ({ _id: idOf(n), name: `c${n}`, mail: `${n}@x` })),
  ring: [3, 1, 2].map((n) => ({ _id: new Int32(n), n: new Int32(n) })),
};
export const indexes: readonly Document[] = [
  { key: { count: new Int32(1), at: new Int32(-1) }, name: 'count_at' },
  { key: { of: new Int32(1) }, name: 'of', unique: true },
];

/** What a mutation changes in a database; each server has its own way. */
export interface Shop {
  documents(collection: string, change: (documents: readonly Buffer[]) => readonly Buffer[]): Promise<void>;
  indexes(collection: string, change: (indexes: readonly Document[]) => readonly Document[]): Promise<void>;
  options(collection: string, change: (options: Document) => Document): Promise<void>;
  drop(collection: string): Promise<void>;
  make(collection: string): Promise<void>;
  user(change: (user: Document) => Document | undefined): Promise<void>;
  role(change: (role: Document) => Document | undefined): Promise<void>;
}

/** The shop with everything that a MongoDB 7 has, on the fake one. */
export function seedFake(server: FakeMongod): void {
  const add = (name: string, more: object = {}) => server.add('shop', name, { documents: (documents[name] ?? []).map(toRaw), ...more });
  const de = { locale: 'de', strength: new Int32(2) };
  const options = { validator: { mail: { $exists: true } }, validationLevel: 'moderate', validationAction: 'warn', collation: de };
  const index = { name: 'mail', key: { mail: 1 }, unique: true, partialFilterExpression: { n: { $gt: new Int32(1) } }, collation: de };
  add('orders', { indexes: [...indexes, { key: { at: 1 }, name: 'ttl', expireAfterSeconds: new Int32(9) }] });
  add('customers', { options, indexes: [index, { key: { name: 1 }, name: 'name', sparse: true }] });
  add('ring', { options: { capped: true, size: new Int32(4096), max: new Int32(10) } });
  add('rare', { documents: [toRaw(rare(1)), toRaw(rare(2))] });
  add('days', { options: { clusteredIndex: { v: new Int32(2), key: { _id: new Int32(1) }, name: 'days', unique: true } }, documents: [toRaw({ _id: 1 })] });
  const timeseries = { timeField: 'at', metaField: 'of', granularity: 'hours' };
  const measured = [1, 2].map((n) => toRaw({ _id: idOf(n), at: new Date(n), of: 'x', value: new Double(n) }));
  add('metrics', { type: 'timeseries', options: { timeseries, expireAfterSeconds: Long.fromNumber(3600) }, documents: measured });
  add('empty');
  add('totals', { type: 'view', options: { viewOn: 'orders', pipeline: [{ $match: { count: { $lt: new Int32(9) } } }], collation: de } });
  const credentials = { 'SCRAM-SHA-256': { iterationCount: new Int32(15_000), salt: 's', storedKey: 'k', serverKey: 'k' } };
  server.users.set('api@shop', { user: 'api', db: 'shop', roles: [{ role: 'clerk', db: 'shop' }], credentials, userId: new UUID() });
  const privileges = [{ resource: { db: 'shop', collection: 'orders' }, actions: ['find'] }];
  server.accounts.customRoles.set('clerk@shop', { role: 'clerk', db: 'shop', privileges, roles: [{ role: 'read', db: 'shop' }] });
}

export function fakeShop(server: FakeMongod, database: string): Shop {
  const of = (name: string) => server.collection(database, name);
  const replace = async <T>(map: Map<string, T>, key: string, value: T | undefined) => void (value === undefined ? map.delete(key) : map.set(key, value));
  return {
    documents: async (name, change) => {
      of(name).documents = [...change(of(name).documents)];
    },
    indexes: async (name, change) => void of(name).indexes.splice(0, 99, ...change(of(name).indexes)),
    options: async (name, change) => {
      const { documents: kept, indexes: built, type, options } = of(name);
      const next = change(options);
      const kind = next['capped'] === undefined && next['viewOn'] === undefined && next['timeseries'] === undefined ? 'collection' : type;
      server.add(database, name, { documents: kept, indexes: built, type: kind, options: next });
    },
    drop: async (name) => void server.databases.get(database)?.delete(name),
    make: async (name) => void server.add(database, name),
    user: (change) => replace(server.users, `api@${database}`, change(structuredCopy(server.users.get(`api@${database}`))) as never),
    role: (change) => replace(server.accounts.customRoles, `clerk@${database}`, change(structuredCopy(server.accounts.customRoles.get(`clerk@${database}`)))),
  };
}

const structuredCopy = (document: Document | undefined): Document => parse(toRaw(document ?? {}));

/** What of it a FerretDB 1.24 can hold. */
export async function seedFerretdb(client: MongoClient, at: MongoAddress): Promise<void> {
  const db = client.db('shop');
  await db.command({ create: 'ring', capped: true, size: 4096, max: 10 });
  await db.command({ create: 'empty' });
  const mongo = await connectMongo(at, 1);
  for (const [name, all] of Object.entries(documents)) await mongo.insert('shop', name, all.map(toRaw), { ordered: true });
  await mongo.close();
  await db.command({ createIndexes: 'orders', indexes: [...indexes] });
  await db.command({ createUser: 'api', pwd: 'first', roles: [], mechanisms: ['SCRAM-SHA-256'] });
}

export function ferretdbShop(client: MongoClient, at: MongoAddress, database: string): Shop {
  const db = client.db(database);
  const listed = async (name: string) => (await db.collection(name).listIndexes().toArray()).filter(({ name: each }) => each !== '_id_');
  const fill = async (name: string, change: (documents: readonly Buffer[]) => readonly Buffer[], empty: () => Promise<unknown>) => {
    const mongo = await connectMongo(at, 2);
    const before: Buffer[] = [];
    for await (const batch of mongo.read(database, name, {})) before.push(...batch.map((raw) => Buffer.from(raw)));
    await empty();
    await mongo.insert(database, name, change(before), { ordered: true });
    await mongo.close();
  };
  return {
    documents: (name, change) => fill(name, change, () => db.collection(name).deleteMany({})),
    indexes: async (name, change) => {
      const before = await listed(name);
      for (const { name: each } of before) await db.collection(name).dropIndex(each);
      for (const { v: _v, ...index } of change(before)) await db.command({ createIndexes: name, indexes: [index] });
    },
    options: async (name, change) => {
      const [found] = await db.listCollections({ name }).toArray();
      const anew = async () => {
        await db.collection(name).drop();
        await db.command({ create: name, ...change((found as Document | undefined)?.['options'] ?? {}) });
      };
      await fill(name, (all) => all, anew);
    },
    drop: async (name) => void (await db.collection(name).drop()),
    make: async (name) => void (await db.command({ create: name })),
    user: async (change) => {
      const all = client.db('admin').collection<Document & { _id: string }>('system.users');
      const before = await all.findOne({ _id: `api.${database}` as never });
      const stored = before ?? (await all.findOne({ user: 'api', db: database }));
      await all.deleteOne({ user: 'api', db: database });
      const after = change(stored ?? {});
      if (after) await all.insertOne(after as never);
    },
    role: () => Promise.reject(new Error('this server has no roles')),
  };
}
