import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { systemNamespace } from '../../src/model/act.js';
import type { MongoRequest, MongoRequestOf } from '../../src/model/copier-mongo.js';
import type { Job, KubeObject, Secret } from '../../src/model/kube-object.js';
import type { FakeCluster } from './fake-cluster/fake-cluster.js';

/** Collections with their documents; users with their roles. */
export interface FakeDatabases {
  readonly data: { readonly [database: string]: { readonly [collection: string]: readonly string[] } };
  readonly users: { readonly [user: string]: readonly string[] };
  /** On the server's volume. */
  readonly freeBytes?: number;
}

const state = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'mongodb', name: 'state' };
const text = (value: string): string => Buffer.from(value).toString('base64');

export const server = { host: 'mongodb-headless.mongodb.svc:27017', admin: { secretRef: { namespace: 'mongodb', name: 'root' } } };
export const adminPassword = 'r00t-canary';

const admin = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'root', namespace: 'mongodb' },
  data: { username: text('root'), password: text(adminPassword) },
};

type Answer = { readonly result: unknown } | { readonly failure: { readonly type: string; readonly message: string } };

export const refuse = (type: string, message: string): Answer => ({ failure: { type, message } });

export interface FakeCopier {
  /** Requests as Jobs were given them, oldest first. */
  readonly requests: readonly MongoRequest[];
  databases(): FakeDatabases;
  put(databases: FakeDatabases): void;
}

/** A database whose state is a ConfigMap, so that it is part of the world, and copier Jobs that work on it as the real one does, epochs included. */
export function withDatabases(fake: FakeCluster, databases: FakeDatabases): FakeCopier {
  const requests: MongoRequest[] = [];
  const notes: Notes = { epoch: 0, targets: new Set(), users: new Set() };
  const read = (): FakeDatabases => JSON.parse(fake.find<KubeObject & { data: { state: string } }>(state)?.data.state ?? '');
  const put = (next: FakeDatabases) => {
    const { apiVersion, kind, namespace, name } = state;
    fake.seed({ apiVersion, kind, metadata: { namespace, name }, data: { state: JSON.stringify(next) } } as KubeObject);
  };
  fake.seed(admin);
  put(databases);
  fake.behaviour.job = async (job) => {
    await null;
    const request = requestOf(fake, job);
    if (!request) return 'running';
    requests.push(request);
    const answer = epochRefusal(request, notes) ?? answerTo(request, read(), notes, put);
    const log = `{"progress":{"phase":"copy","unitsDone":1,"unitsTotal":1,"records":1,"bytes":1,"totalBytes":1,"bytesPerSecond":1}}\n${JSON.stringify(answer)}\n`;
    return 'failure' in answer ? { failed: answer.failure.message, log } : { succeeded: true, log };
  };
  return { requests, databases: read, put };
}

interface Notes {
  epoch: number;
  readonly targets: Set<string>;
  readonly users: Set<string>;
}

export const requestOf = (fake: FakeCluster, job: Job): MongoRequest | undefined => copierRequestOf(fake, job);

/** Undefined where the Secret is gone: the pod of such a Job waits for it. */
export function copierRequestOf<R>(fake: FakeCluster, { metadata: { name, namespace = systemNamespace } }: Job): R | undefined {
  const secret = fake.find<Secret>({ apiVersion: 'v1', kind: 'Secret', namespace, name });
  return secret && JSON.parse(Buffer.from(secret.data?.['request.json'] ?? '', 'base64').toString());
}

function epochRefusal(request: MongoRequest, notes: Notes): Answer | undefined {
  if (!('epoch' in request)) return undefined;
  if (request.epoch < notes.epoch) return refuse('Superseded', `the run is in epoch ${notes.epoch}`);
  notes.epoch = request.epoch;
  return undefined;
}

const hash = (value: unknown) => createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 32);

interface HashedCollection {
  readonly name: string;
  readonly documents: number;
  readonly hash: string;
}

function whole<C extends HashedCollection>(database: string, collections: readonly C[]) {
  const documents = collections.reduce((sum, each) => sum + each.documents, 0);
  return { database, documents, bytes: documents * 10, hash: hash(collections.map(({ name, hash: own }) => [name, own])), collections, views: [] };
}

function hashOf(all: FakeDatabases, database: string) {
  const collections = Object.entries(all.data[database] ?? {}).map(([name, documents]) => ({
    name,
    documents: documents.length,
    bytes: 10,
    hash: hash(documents.toSorted()),
    options: {},
    indexes: [],
  }));
  return whole(database, collections);
}

/** What a copy has read is not read again. */
function sourceOf(all: FakeDatabases, { from, copied = [] }: MongoRequestOf<'verify'>) {
  return whole(
    from,
    hashOf(all, from).collections.map((each) => ({ ...each, ...copied.find(({ name }) => name === each.name) })),
  );
}

const without = <T>(all: { readonly [key: string]: T }, ...gone: readonly string[]) =>
  Object.fromEntries(Object.entries(all).filter(([key]) => !gone.includes(key)));

function inspect(all: FakeDatabases, name: string) {
  const { collections, documents, bytes } = hashOf(all, name);
  const users = Object.entries(all.users).filter(([user]) => user.endsWith(`@${name}`));
  const kept = users.map(([user, roles]) => ({ name: user.split('@')[0], roles: roles.map((role) => ({ role, db: name })) }));
  return {
    name,
    exists: name in all.data,
    documents,
    bytes,
    collections,
    users: kept,
    problems: name === 'odd' ? ['it has a capped collection.'] : [],
    notes: [],
  };
}

function writeBlock({ data, users }: FakeDatabases, databases: readonly string[]): Answer {
  if (!users['root@admin']?.includes('bypassWriteBlockingMode')) return refuse('Forbidden', 'root@admin may not write while the write block is on');
  const stops = Object.keys(data).filter((name) => !databases.includes(name));
  return { result: { method: 'writeBlock', reason: 'because', users: [], writeBlocked: false, holes: [], stops, bypass: 'root@admin' } };
}

// biome-ignore lint/complexity/noExcessiveCognitiveComplexity: a table of verbs.
function answerTo(request: MongoRequest, all: FakeDatabases, notes: Notes, put: (next: FakeDatabases) => void): Answer {
  switch (request.verb) {
    case 'inspect':
      return { result: { server: 'MongoDB 6.0.0', databases: request.databases.map((name) => inspect(all, name)) } };
    case 'checkCopy':
      return {
        result: {
          databases: request.databases.map((each) => ({
            ...{ ...each, problems: [] },
            space: { neededBytes: hashOf(all, each.from).documents * 12, freeBytes: all.freeBytes ?? 1_000_000 },
          })),
        },
      };
    case 'captureFence': {
      if (request.prefer === 'writeBlock') return writeBlock(all, request.databases);
      const users = Object.entries(all.users).map(([user, roles]) => ({
        database: user.split('@')[1],
        name: user.split('@')[0],
        roles,
        fencedRoles: ['read'],
      }));
      return { result: { method: users.length ? 'roles' : 'none', reason: 'because', users, writeBlocked: false, holes: [] } };
    }
    case 'fence':
    case 'unfence': {
      const roles = request.captured.users.map(({ name, database, roles: former, fencedRoles }) => [
        `${name}@${database}`,
        request.verb === 'fence' ? fencedRoles : former,
      ]);
      put({ ...all, users: { ...all.users, ...Object.fromEntries(roles) } });
      return { result: { method: request.captured.method, changed: [], holes: request.captured.holes, missing: [] } };
    }
    case 'copy': {
      if (all.data[request.to] && !notes.targets.has(request.to))
        return refuse('TargetNotEmpty', `Database ${request.to} holds collections that this run did not write.`);
      notes.targets.add(request.to);
      put({ ...all, data: { ...all.data, [request.to]: all.data[request.from] ?? {} } });
      const accounting = { units: 1, unitsDone: 1, attempts: 1, bytes: 10, bytesCopiedTwice: 0, mostBytesOfOnePod: 0 };
      return { result: { source: hashOf(all, request.from), units: 1, unitsResumed: 0, indexes: 0, views: 0, seconds: 1, bytesPerSecond: 1, accounting } };
    }
    case 'drop': {
      if (!notes.targets.delete(request.database))
        return all.data[request.database] ? refuse('NotOurs', 'this run did not make it') : { result: { dropped: false } };
      put({ ...all, data: without(all.data, request.database) });
      return { result: { dropped: true } };
    }
    case 'createUsers': {
      const names = request.users.map(({ name }) => `${name}@${request.database}`);
      const foreign = names.find((name) => name in all.users && !notes.users.has(name));
      if (foreign) return refuse('AlreadyExists', `User ${foreign} exists and was not made by this run.`);
      for (const name of names) notes.users.add(name);
      put({
        ...all,
        users: { ...all.users, ...Object.fromEntries(request.users.map(({ name, roles }) => [`${name}@${request.database}`, roles as string[]])) },
      });
      return { result: { created: names, updated: [] } };
    }
    case 'dropUsers': {
      const names = request.users.map((name) => `${name}@${request.database}`).filter((name) => notes.users.delete(name));
      put({ ...all, users: without(all.users, ...names) });
      return { result: { dropped: names } };
    }
    case 'verify': {
      const [source, target] = [sourceOf(all, request), hashOf(all, request.to)];
      const equal = isDeepStrictEqual(source.collections, target.collections);
      const differences = equal ? [] : [`orders: ${source.documents} documents in the source, ${target.documents} in the target.`];
      return { result: { equal, documents: source.documents, collections: source.collections, differences, source, target } };
    }
    case 'hash':
      return { result: { databases: request.databases.map((name) => hashOf(all, name)) } };
    default:
      return refuse('Invalid', `no ${request.verb} in this test`);
  }
}
