import { createHash, randomUUID } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import { type Binary, BSON, type Document, UUID } from 'mongodb';
import type { MongoAddress } from '../../../../src/model/mongo-facts.js';
import { applyUpdate } from './apply-update.js';
import { compareBson, matches } from './bson-order.js';
import { FakeAccounts } from './fake-accounts.js';
import { type Handler, ServerError } from './handler.js';
import { cursorAnswer, hello, readMessage, type WireRequest, writeMessage } from './wire.js';

const exact = { promoteValues: false, promoteLongs: false, promoteBuffers: false, bsonRegExp: true } as const;
const parse = (raw: Uint8Array) => BSON.deserialize(raw, exact);
const idKey = (raw: Uint8Array) => BSON.EJSON.stringify(parse(raw)['_id']);

export interface FakeCollection {
  readonly type: 'collection' | 'view' | 'timeseries';
  readonly options: Document;
  readonly uuid: UUID;
  documents: Buffer[];
  readonly indexes: Document[];
}

export interface LoggedCommand {
  readonly database: string;
  readonly name: string;
  /** Without what the driver adds to every command. */
  readonly command: Document;
  readonly documents: readonly Buffer[];
}

const writing = new Set(['insert', 'update', 'delete', 'create', 'createIndexes', 'drop', 'dropDatabase']);
const bypasses = (privileges: readonly Document[]) => privileges.some(({ actions }) => actions.includes('bypassWriteBlockingMode'));

/** A MongoDB 7 as far as the copier asks for it: documents are kept as bytes, options and indexes with their types. It lists what it was asked. */
export class FakeMongod {
  readonly databases = new Map<string, Map<string, FakeCollection>>();
  readonly accounts = new FakeAccounts();
  readonly users = this.accounts.users;
  readonly roles = this.accounts.roles;
  readonly commands: LoggedCommand[] = [];
  writeBlocked = false;
  /** Commands that this server does not know: an older one, or one of another make. */
  readonly missing = new Set<string>();
  /** What the copier's user may do, as connectionStatus lists it. */
  privileges: readonly Document[] = [{ resource: { cluster: true }, actions: ['setUserWriteBlockMode', 'bypassWriteBlockingMode'] }];
  ttlMonitorEnabled = true;
  /** What dbStats tells of the volume. */
  volume: Document = {};
  maxWireVersion: number = hello['maxWireVersion'];
  /** Commands that this server refuses, with the code. */
  readonly refuse = new Map<string, number>();
  /** Called before a command is carried out: to wait, or to end the server. */
  before: (name: string, database: string, command: Document) => Promise<void> | void = () => undefined;
  #server?: Server;
  readonly #sockets = new Set<Socket>();
  readonly #cursors = new Map<bigint, Buffer[]>();
  #nextCursor = 1n;

  async start(): Promise<MongoAddress> {
    this.#server = createServer((socket) => this.#serve(socket));
    await new Promise<void>((resolve) => this.#server?.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    if (address === null || typeof address !== 'object') throw new Error('no address');
    return { uri: `mongodb://127.0.0.1:${address.port}/?directConnection=true` };
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server?.close(resolve));
  }

  collection(database: string, name: string): FakeCollection {
    const found = this.databases.get(database)?.get(name);
    if (!found) throw new ServerError(26, 'NamespaceNotFound');
    return found;
  }

  add(
    database: string,
    name: string,
    { type = 'collection', options = {}, documents = [], indexes = [] }: Partial<Omit<FakeCollection, 'uuid'>> = {},
  ): FakeCollection {
    const made: FakeCollection = { type, options, uuid: new UUID(randomUUID()), documents: [...documents], indexes: [...indexes] };
    const all = this.databases.get(database) ?? new Map<string, FakeCollection>();
    this.databases.set(database, all.set(name, made));
    return made;
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    let pending = Buffer.alloc(0);
    socket.on('error', () => undefined).on('close', () => this.#sockets.delete(socket));
    socket.on('data', (chunk) => {
      pending = Buffer.concat([pending, chunk]);
      while (pending.length >= 16 && pending.length >= pending.readInt32LE(0)) {
        const message = pending.subarray(0, pending.readInt32LE(0));
        pending = pending.subarray(message.length);
        void this.#answer(socket, readMessage(Buffer.from(message)));
      }
    });
  }

  async #answer(socket: Socket, request: WireRequest): Promise<void> {
    const { $db: db = 'admin', lsid: _lsid, $clusterTime: _time, $readPreference: _preference, ...command } = request.command;
    const [name = ''] = Object.keys(command);
    if (!['hello', 'isMaster', 'ismaster', 'endSessions', 'killCursors', 'ping'].includes(name))
      this.commands.push({ database: db, name, command, documents: request.documents });
    await this.before(name, db, command);
    const answer = this.#run(name, db, command, request.documents);
    socket.write(writeMessage(request, answer));
  }

  #run(name: string, database: string, command: Document, documents: readonly Buffer[]): Uint8Array {
    try {
      const handler = this.missing.has(name) ? undefined : this.#handlers[name];
      const refused = this.refuse.get(name);
      if (refused !== undefined) throw new ServerError(refused, 'Refused');
      if (this.writeBlocked && writing.has(name) && database !== 'admin' && !bypasses(this.privileges)) throw new ServerError(371, 'UserWritesBlocked');
      if (!handler) throw new ServerError(59, 'CommandNotFound');
      const answer = handler(database, command, documents);
      return Buffer.isBuffer(answer) ? answer : BSON.serialize({ ...answer, ok: 1 });
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      return BSON.serialize({ ok: 0, code: error.code, codeName: error.codeName, errmsg: error.message });
    }
  }

  #cursor(documents: readonly Uint8Array[], batchSize: number): Buffer {
    const all = documents.map((raw) => Buffer.from(raw));
    const rest = all.slice(batchSize);
    const id = rest.length > 0 ? this.#nextCursor++ : 0n;
    if (rest.length > 0) this.#cursors.set(id, rest);
    return cursorAnswer('firstBatch', all.slice(0, batchSize), id);
  }

  #getMore(command: Document): Buffer {
    const id = BigInt(String(command['getMore']));
    const rest = this.#cursors.get(id) ?? [];
    const size = Number(command['batchSize'] ?? 1000);
    this.#cursors.set(id, rest.slice(size));
    return cursorAnswer('nextBatch', rest.slice(0, size), rest.length > size ? id : 0n);
  }

  #find(database: string, command: Document): Buffer {
    const sorted = command['sort']?._id !== undefined;
    const all = (this.accounts.stored(database, command['find']) ?? this.databases.get(database)?.get(command['find'])?.documents ?? []).filter((raw) =>
      matches(parse(raw), command['filter'] ?? {}),
    );
    const ordered = sorted ? all.toSorted((a, b) => compareBson(parse(a)['_id'], parse(b)['_id'])) : all;
    const limit = Number(command['limit'] ?? 0) || Number.POSITIVE_INFINITY;
    return this.#cursor(ordered.slice(Number(command['skip'] ?? 0)).slice(0, limit), Number(command['batchSize'] ?? 101));
  }

  #md5(database: string, name: string): string {
    const { documents, options } = this.collection(database, name);
    const ordered = options['capped'] === true ? documents : documents.toSorted((a, b) => compareBson(parse(a)['_id'], parse(b)['_id']));
    return createHash('md5').update(Buffer.concat(ordered)).digest('hex');
  }

  #requireUuid(database: string, name: string, meant: Binary | undefined): void {
    const there = this.databases.get(database)?.get(name)?.uuid.toString('hex');
    if (meant && there !== Buffer.from(meant.value()).toString('hex')) throw new ServerError(361, 'CollectionUUIDMismatch');
  }

  #insert(database: string, command: Document, documents: readonly Buffer[]): Document {
    const name = command['insert'] as string;
    this.#requireUuid(database, name, command['collectionUUID']);
    const into = this.databases.get(database)?.get(name) ?? this.add(database, name);
    const known = new Set(into.documents.map(idKey));
    const writeErrors: Document[] = [];
    for (const [index, raw] of documents.entries()) {
      const key = idKey(raw);
      if (into.type === 'collection' && known.has(key)) writeErrors.push({ index, code: 11000, errmsg: `E11000 duplicate key error dup key: { _id: ${key} }` });
      else into.documents.push(raw);
      known.add(key);
      if (writeErrors.length > 0 && command['ordered'] === true) break;
    }
    return { n: documents.length - writeErrors.length, ...(writeErrors.length > 0 && { writeErrors }) };
  }

  #update(database: string, command: Document): Document {
    const name = command['update'] as string;
    const into = this.databases.get(database)?.get(name) ?? this.add(database, name);
    for (const { q, u } of command['updates'] as readonly Document[]) {
      const at = into.documents.findIndex((raw) => matches(parse(raw), q));
      const before: Document | undefined = at === -1 ? undefined : parse(into.documents[at] as Buffer);
      const after = applyUpdate(before ?? { ...q, ...u['$setOnInsert'] }, u);
      into.documents.splice(at === -1 ? into.documents.length : at, 1, Buffer.from(BSON.serialize(after)));
    }
    return { n: 1 };
  }

  #delete(database: string, command: Document): Document {
    const from = this.databases.get(database)?.get(command['delete']);
    for (const { q } of command['deletes'] as readonly Document[]) if (from) from.documents = from.documents.filter((raw) => !matches(parse(raw), q));
    return { n: 1 };
  }

  #create(database: string, { create: name, writeConcern: _concern, ...options }: Document): Document {
    if (this.databases.get(database)?.has(name)) throw new ServerError(48, 'NamespaceExists');
    const type = options['viewOn'] === undefined ? (options['timeseries'] === undefined ? 'collection' : 'timeseries') : 'view';
    this.add(database, name, { type, options });
    return {};
  }

  readonly #handlers: Readonly<Record<string, Handler>> = {
    ...Object.fromEntries(['hello', 'isMaster', 'ismaster'].map((name) => [name, () => ({ ...hello, maxWireVersion: this.maxWireVersion })])),
    ...Object.fromEntries(['ping', 'endSessions', 'killCursors'].map((name) => [name, () => ({})])),
    buildInfo: () => ({ version: '7.0.14', storageEngines: ['wiredTiger'] }),
    listCommands: () => ({
      commands: Object.fromEntries(
        Object.keys(this.#handlers)
          .filter((name) => !this.missing.has(name))
          .map((name) => [name, {}]),
      ),
    }),
    connectionStatus: (_database, { showPrivileges }) => ({
      authInfo: { authenticatedUsers: [{ user: 'copier', db: 'admin' }], ...(showPrivileges && { authenticatedUserPrivileges: this.privileges }) },
    }),
    listDatabases: () => ({ databases: ['admin', 'local', ...this.databases.keys()].map((name) => ({ name })) }),
    serverStatus: () => ({ repl: { userWriteBlockMode: this.writeBlocked ? 2 : 1 } }),
    getParameter: () => ({ ttlMonitorEnabled: this.ttlMonitorEnabled }),
    setParameter: (_database, { ttlMonitorEnabled }) => {
      this.ttlMonitorEnabled = ttlMonitorEnabled;
      return {};
    },
    setUserWriteBlockMode: (_database, { global }) => {
      this.writeBlocked = global;
      return {};
    },
    dbHash: (database, { collections }) => ({ collections: Object.fromEntries(collections.map((name: string) => [name, this.#md5(database, name)])) }),
    dbStats: (database) => ({
      ...this.volume,
      dataSize: [...(this.databases.get(database)?.values() ?? [])].flatMap(({ documents }) => documents).reduce((sum, { length }) => sum + length, 0),
    }),
    collStats: (database, { collStats }) => {
      const { documents } = this.collection(database, collStats);
      return { count: documents.length, size: documents.reduce((sum, { length }) => sum + length, 0) };
    },
    listCollections: (database, { filter = {} }) => {
      const all = [...(this.databases.get(database) ?? [])].map(([name, { type, options, uuid }]) => ({
        name,
        type,
        options,
        info: { readOnly: type === 'view', ...(type === 'collection' && { uuid }) },
      }));
      return this.#cursor(
        all.filter((one) => matches(one, filter)).map((one) => BSON.serialize(one)),
        1000,
      );
    },
    listIndexes: (database, { listIndexes }) => {
      const { type, indexes, options } = this.collection(database, listIndexes);
      const clustered = options['clusteredIndex'];
      const own = clustered ? [{ ...clustered, clustered: true }] : type === 'collection' ? [{ v: 2, key: { _id: 1 }, name: '_id_' }] : [];
      return this.#cursor(
        [...own, ...indexes].map((one) => BSON.serialize(one)),
        1000,
      );
    },
    find: (database, command) => this.#find(database, command),
    getMore: (_database, command) => this.#getMore(command),
    aggregate: (database, { aggregate }) => this.#cursor([BSON.serialize({ documents: this.collection(database, aggregate).documents.length })], 1),
    insert: (database, command, documents) => this.#insert(database, command, documents),
    update: (database, command) => this.#update(database, command),
    delete: (database, command) => this.#delete(database, command),
    create: (database, command) => this.#create(database, command),
    createIndexes: (database, { createIndexes, indexes }) => {
      const on = this.collection(database, createIndexes);
      for (const { collation = on.options['collation'], ...index } of indexes) {
        // As a server lists them: the simple collation is none.
        const own = collation === undefined || collation.locale === 'simple' ? {} : { collation };
        if (!on.indexes.some(({ name }) => name === index.name)) on.indexes.push({ v: 2, ...index, ...own });
      }
      return {};
    },
    drop: (database, { drop }) => {
      this.collection(database, drop);
      this.databases.get(database)?.delete(drop);
      return {};
    },
    dropDatabase: (database) => {
      this.databases.delete(database);
      return {};
    },
    ...this.accounts.handlers((name) => this.collection('admin', name).documents.map(parse)),
  };

  /** What one collection holds, in any order. */
  contents(database: string, name: string): readonly string[] {
    return this.collection(database, name)
      .documents.map((raw) => raw.toString('hex'))
      .toSorted();
  }

  logged(name: string): readonly LoggedCommand[] {
    return this.commands.filter((command) => command.name === name);
  }
}

export { bytes } from './handler.js';
