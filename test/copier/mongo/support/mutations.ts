import { Binary, BSONRegExp, BSONSymbol, Code, Decimal128, type Document, Double, Int32, Long, Timestamp } from 'mongodb';
import { idOf, parse, type Shop, toRaw } from './shop.js';

/** What may happen to a copy of the shop, one at a time, and what the verifier has to name. */
export interface Mutation {
  readonly what: string;
  readonly change: (shop: Shop) => Promise<void>;
  readonly named: RegExp;
  /** Of something that FerretDB does not have: at the driver only. */
  readonly rare?: true;
}

const contents = (name: string) => new RegExp(`^${name}: as many documents on both sides, but with other contents\\.`);
const other = (name: string, what: string) => new RegExp(`^${name}: other ${what}`);

/** One document is changed, all others are as they were. */
const edit = (what: string, change: (document: Document) => Document, { collection = 'orders', rare = false } = {}): Mutation => ({
  what,
  change: (shop) => shop.documents(collection, ([first, second, ...rest]) => [first as Buffer, toRaw(change(parse(second as Buffer))), ...rest]),
  named: contents(collection),
  ...(rare && { rare }),
});

/** One byte or two of it. */
const patch = (what: string, change: (raw: Buffer) => void, rare?: true): Mutation => ({
  what,
  change: (shop) =>
    shop.documents('orders', ([first, ...rest]) => {
      const raw = Buffer.from(first as Buffer);
      change(raw);
      return [raw, ...rest];
    }),
  named: contents('orders'),
  ...(rare && { rare }),
});

const set = (field: string, value: unknown) => (document: Document) => ({ ...document, [field]: value });

const ofValues: readonly Mutation[] = [
  patch('one byte of a text', (raw) => raw.write('0', raw.indexOf('order'))),
  edit('int32 for int64', set('big', new Int32(5))),
  edit('int64 for int32', (document) => ({ ...document, count: Long.fromNumber(Number(document['count'])) })),
  edit('double for int32', (document) => ({ ...document, count: new Double(Number(document['count'])) })),
  edit('int64 for int32 in _id', ({ _id, ...rest }) => ({ _id: Long.fromNumber(Number(_id)), ...rest })),
  edit('int64 for int32 in a list', set('lines', [Long.fromNumber(1), new Int32(2), 'three'])),
  edit("a double's last bit", (document) => ({ ...document, total: new Double(Number(document['total']) * (1 + Number.EPSILON)) })),
  edit('nought for minus nought', set('zero', new Double(0)), { rare: true }),
  edit('an integer above 2^53, by one', set('big', Long.fromString('9007199254740992'))),
  edit('missing for null', ({ nothing: _nothing, ...rest }) => rest),
  edit('null for missing', (document) => ({ ...document, more: null })),
  edit('null for the empty list', set('none', null)),
  edit('a document for the empty list', set('none', {})),
  edit('nought for false', set('paid', new Int32(0))),
  edit('true for false', set('paid', true)),
  edit('the order of fields', ({ _id, text, total, ...rest }) => ({ _id, total, text, ...rest })),
  edit('the order of fields deep down', set('place', { number: new Int32(1), street: 's' })),
  edit('the order of a list', set('lines', [new Int32(2), new Int32(1), 'three'])),
  edit('a millisecond', (document) => ({ ...document, at: new Date((document['at'] as Date).getTime() + 1) })),
  edit('a byte of an ObjectId', set('of', idOf(9999))),
  edit('a byte of a binary', set('photo', new Binary(Buffer.from([1, 1, 3]), 0))),
  edit("a binary's subtype", set('photo', new Binary(Buffer.from([1, 1, 2]), 128))),
  edit("a timestamp's increment", set('stamp', new Timestamp({ t: 1, i: 77 }))),
  edit("a regular expression's option", set('like', new BSONRegExp('^a', ''))),
  edit('a space at the end', (document) => ({ ...document, text: `${document['text']} ` })),
  edit('another form of the same letter', (document) => ({ ...document, text: String(document['text']).normalize('NFD') })),
  edit('a letter of a field name', ({ paid, ...rest }) => ({ ...rest, Paid: paid })),
  edit("a decimal's trailing nought", set('exact', Decimal128.fromString('3')), { collection: 'rare', rare: true }),
  edit('a text for a symbol', set('symbol', 's'), { collection: 'rare', rare: true }),
  edit("a code's scope", set('code', new Code('return 1', { x: new Int32(2) })), { collection: 'rare', rare: true }),
  edit('a symbol for a text', set('text', new BSONSymbol('order')), { rare: true }),
  edit("a measurement's value", set('value', new Double(7)), { collection: 'metrics', rare: true }),
];

const ofDocuments: readonly Mutation[] = [
  {
    what: 'a document missing',
    change: (shop) => shop.documents('orders', ([, ...rest]) => rest),
    named: /^orders: 120 documents in the source, 119 in the target\./,
  },
  {
    what: 'a document twice, under another _id',
    change: (shop) => shop.documents('customers', (all) => [...all, toRaw({ ...parse(all[0] as Buffer), _id: idOf(500) })]),
    named: /^customers: 30 documents in the source, 31 in the target\./,
  },
  {
    what: 'a document in place of another',
    change: (shop) => shop.documents('customers', ([first, , ...rest]) => [first as Buffer, toRaw({ ...parse(first as Buffer), _id: idOf(501) }), ...rest]),
    named: contents('customers'),
  },
  {
    what: 'two documents swapped between collections',
    change: async (shop) => {
      let taken: Buffer | undefined;
      let given: Buffer | undefined;
      await shop.documents('orders', ([first, ...rest]) => {
        taken = first;
        return rest;
      });
      await shop.documents('customers', ([first, ...rest]) => {
        given = first;
        return [...rest, taken as Buffer];
      });
      await shop.documents('orders', (all) => [...all, given as Buffer]);
    },
    named: /^customers: as many[\s\S]*^orders: as many/m,
  },
  {
    what: 'two values swapped between documents',
    change: (shop) =>
      shop.documents('customers', ([a, b, ...rest]) => {
        const [one, two] = [parse(a as Buffer), parse(b as Buffer)];
        return [toRaw({ ...one, name: two['name'] }), toRaw({ ...two, name: one['name'] }), ...rest];
      }),
    named: contents('customers'),
  },
  { what: 'the order in a capped collection', change: (shop) => shop.documents('ring', (all) => all.toReversed()), named: contents('ring'), rare: true },
  { what: 'a collection missing', change: (shop) => shop.drop('customers'), named: /^customers: only in the source\./ },
  { what: 'an empty collection missing', change: (shop) => shop.drop('empty'), named: /^empty: only in the source\./ },
  { what: 'a collection more', change: (shop) => shop.make('more'), named: /^more: only in the target\./ },
];

const index = (what: string, change: (indexes: readonly Document[]) => readonly Document[], collection = 'orders', rare?: true): Mutation => ({
  what,
  change: (shop) => shop.indexes(collection, change),
  named: other(collection, 'indexes'),
  ...(rare && { rare }),
});
const patchIndex = (what: string, name: string, change: (index: Document) => Document, collection = 'orders', rare?: true) =>
  index(what, (all) => all.map((one) => (one['name'] === name ? change(one) : one)), collection, rare);

const ofIndexes: readonly Mutation[] = [
  index('an index missing', (all) => all.filter(({ name }) => name !== 'of')),
  index('an index more', (all) => [...all, { key: { paid: 1 }, name: 'paid' }]),
  patchIndex("an index's order of keys", 'count_at', (one) => ({ ...one, key: { at: -1, count: 1 } })),
  patchIndex("an index's direction", 'count_at', (one) => ({ ...one, key: { count: 1, at: 1 } })),
  patchIndex("an index's name", 'of', (one) => ({ ...one, name: 'fo' })),
  patchIndex('an index that is unique no more', 'of', ({ unique: _unique, ...one }) => one),
  patchIndex('an index that is sparse no more', 'name', ({ sparse: _sparse, ...one }) => one, 'customers', true),
  patchIndex("an index's partial filter", 'mail', (one) => ({ ...one, partialFilterExpression: { n: { $gt: Long.fromNumber(1) } } }), 'customers', true),
  patchIndex("an index's collation", 'mail', (one) => ({ ...one, collation: { locale: 'sv' } }), 'customers', true),
  patchIndex('an index without its collation', 'mail', ({ collation: _collation, ...one }) => one, 'customers', true),
  patchIndex("an index's time to live", 'ttl', (one) => ({ ...one, expireAfterSeconds: new Int32(10) }), 'orders', true),
];

const option = (what: string, collection: string, change: (options: Document) => Document, rare?: true): Mutation => ({
  what,
  change: (shop) => shop.options(collection, change),
  named: other(collection, 'options'),
  ...(rare && { rare }),
});
const view = (what: string, change: (options: Document) => Document): Mutation => ({
  what,
  change: (shop) => shop.options('totals', change),
  named: /^View totals: other definition/,
  rare: true,
});

const ofDefinitions: readonly Mutation[] = [
  option("a capped collection's size", 'ring', (one) => ({ ...one, size: 8192 })),
  option("a capped collection's most documents", 'ring', (one) => ({ ...one, max: 11 })),
  { ...option('a collection capped no more', 'ring', () => ({})), named: /^ring: other options/m },
  option('a validator', 'customers', (one) => ({ ...one, validator: { mail: { $exists: false } } }), true),
  option("a number's type in a validator", 'customers', (one) => ({ ...one, validator: { mail: { $exists: new Int32(1) } } }), true),
  option("a validator's level", 'customers', (one) => ({ ...one, validationLevel: 'strict' }), true),
  option("a validator's action", 'customers', (one) => ({ ...one, validationAction: 'error' }), true),
  option('a collation', 'customers', (one) => ({ ...one, collation: { locale: 'de', strength: new Int32(3) } }), true),
  option('a collection clustered no more', 'days', () => ({}), true),
  option("a time series' granularity", 'metrics', (one) => ({ ...one, timeseries: { ...one['timeseries'], granularity: 'minutes' } }), true),
  option("a time series' time to live", 'metrics', ({ expireAfterSeconds: _seconds, ...one }) => one, true),
  view("a view's pipeline", (one) => ({ ...one, pipeline: [{ $match: { count: { $lt: new Int32(8) } } }] })),
  view("a number's type in a view's pipeline", (one) => ({ ...one, pipeline: [{ $match: { count: { $lt: Long.fromNumber(9) } } }] })),
  view("a view's collection", (one) => ({ ...one, viewOn: 'customers' })),
  view("a view's collation", ({ collation: _collation, ...one }) => one),
  { what: 'a view missing', change: (shop) => shop.drop('totals'), named: /^View totals: /, rare: true },
];

const ofAccounts: readonly Mutation[] = [
  { what: "a user's password", change: (shop) => shop.user((user) => ({ ...user, credentials: {} })), named: /^User api: another password/ },
  { what: 'a user missing', change: (shop) => shop.user(() => undefined), named: /^User api: only in the source/ },
  {
    what: "a user's role",
    change: (shop) => shop.user((user) => ({ ...user, roles: [...user['roles'], { role: 'dbAdmin', db: 'x' }] })),
    named: /^User api: other roles/,
  },
  { what: 'a user without a role', change: (shop) => shop.user((user) => ({ ...user, roles: [] })), named: /^User api: other roles/, rare: true },
  {
    what: "a role's privilege",
    change: (shop) => shop.role((role) => ({ ...role, privileges: role['privileges'].map((one: Document) => ({ ...one, actions: ['find', 'insert'] })) })),
    named: /^Role clerk: other privileges/,
    rare: true,
  },
  { what: 'what a role inherits', change: (shop) => shop.role((role) => ({ ...role, roles: [] })), named: /^Role clerk: other roles/, rare: true },
  { what: 'a role missing', change: (shop) => shop.role(() => undefined), named: /^Role clerk: only in the source/, rare: true },
];

export const mutations: readonly Mutation[] = [...ofValues, ...ofDocuments, ...ofIndexes, ...ofDefinitions, ...ofAccounts];

/** What makes no difference: nothing of it may be named. */
export const harmless: readonly Pick<Mutation, 'what' | 'change'>[] = [
  { what: 'a clean copy', change: async () => undefined },
  { what: 'documents written in another order', change: (shop) => shop.documents('orders', (all) => all.toReversed()) },
  { what: 'indexes made in another order', change: (shop) => shop.indexes('orders', (all) => all.toReversed()) },
];
