import { isDeepStrictEqual } from 'node:util';
import { systemNamespace } from '../../src/model/act.js';
import type { PostgresFenceCapture, PostgresRequest, PostgresRequestOf, PostgresResults, PostgresVerb } from '../../src/model/copier-postgres.js';
import type { Job, KubeObject } from '../../src/model/kube-object.js';
import type { WriteHorizon } from '../../src/model/postgres-facts.js';
import { backupVerbs } from './fake-backups.js';
import type { FakeCluster } from './fake-cluster/fake-cluster.js';
import { copierRequestOf, refuse } from './fake-copier.js';
import { precopyVerbs } from './fake-precopies.js';
import { inspection } from './inspection.js';

/** A database as tests put it: rows, and whether connections are let in. */
export interface FakePostgresDatabase {
  readonly rows: readonly string[];
  readonly open: boolean;
  /** The copier's schema stands in it. */
  readonly marked?: true;
  /** A publication, a slot and a role of a copy ahead are there. */
  readonly followed?: true;
  /** It uses an extension that no other server brings. */
  readonly vectors?: true;
  /** A table in it has no key. */
  readonly keyless?: true;
}

/** By host, then by name. */
export type FakeServers = Readonly<Record<string, Readonly<Record<string, FakePostgresDatabase>>>>;

export const postgresPassword = 'p0stgres-canary';
const state = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'data', name: 'postgres-state' };

/** What the copier notes of a run on a server: it is no part of the world that a run is compared by. */
interface Notes {
  epoch: number;
  readonly made: Set<string>;
}

export type Answer<V extends PostgresVerb> = PostgresResults[V] | ReturnType<typeof refuse>;
export type Verbs = { readonly [V in PostgresVerb]?: (request: PostgresRequestOf<V>, stage: Stage) => Answer<V> };

export interface Stage {
  readonly servers: FakeServers;
  readonly notes: Notes;
  /** As it is after what was put. */
  read(): FakeServers;
  put(host: string, name: string, database: FakePostgresDatabase | undefined): void;
}

/** The servers as they are kept in the cluster. */
export function serversIn(fake: FakeCluster) {
  const { apiVersion, kind, namespace, name } = state;
  const read = (): FakeServers => JSON.parse(fake.find<KubeObject & { data: { state: string } }>(state)?.data.state ?? '{}');
  const write = (next: FakeServers): void =>
    fake.seed({ apiVersion, kind, metadata: { namespace, name }, data: { state: JSON.stringify(next) } } as KubeObject);
  return { read, write };
}

/** PostgreSQL servers whose state is a ConfigMap, so that it is part of the world, and copier Jobs that work on them as the real one does, epochs included. */
export function withPostgres(fake: FakeCluster, servers: FakeServers, serverBehind: (host: string) => string = (host) => host): void {
  const notes: Notes = { epoch: 0, made: new Set() };
  const { read, write } = serversIn(fake);
  for (const name of ['old', 'new'])
    fake.seed({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name, namespace: 'data' },
      data: { password: Buffer.from(postgresPassword).toString('base64') },
    } as KubeObject);
  write(servers);
  const put: Stage['put'] = (host, name, database) => {
    const { [name]: former, ...others } = read()[host] ?? {};
    const kept = former ? read()[host] : others;
    write({ ...read(), [host]: database ? { ...kept, [name]: database } : others });
  };
  const guards = new Map<string, Job>();
  /** It ends with the slot. */
  const endGuard = (to: string) => {
    const guard = guards.get(to)?.metadata;
    if (guard && fake.all<Job>('batch/v1', 'Job').some(({ metadata, status }) => metadata.name === guard.name && status?.active))
      fake.endJob({ namespace: systemNamespace, name: guard.name }, { succeeded: true, log: '{"result":{"lost":null}}\n' });
  };
  fake.behaviour.job = async (job) => {
    await null;
    const request = copierRequestOf<PostgresRequest>(fake, job);
    if (!request) return 'running';
    if (request.verb === 'guardPrecopy') {
      guards.set(request.to, job);
      return 'running';
    }
    const answer = answerTo(behind(request, serverBehind), { servers: read(), notes, read, put });
    if (request.verb === 'drainPrecopy') endGuard(request.to);
    const log = `${JSON.stringify('failure' in answer ? answer : { result: answer })}\n`;
    return 'failure' in answer ? { failed: answer.failure.message, log } : { succeeded: true, log };
  };
}

/** What a host's name leads to may change. */
const behind = <R extends PostgresRequest>(request: R, serverBehind: (host: string) => string): R => ({
  ...request,
  ...('at' in request && { at: { ...request.at, host: serverBehind(request.at.host) } }),
  ...('source' in request && request.source && { source: { ...request.source, host: serverBehind(request.source.host) } }),
});

function answerTo(request: PostgresRequest, stage: Stage): Answer<PostgresVerb> {
  const { notes } = stage;
  if ('epoch' in request && request.epoch < notes.epoch) return refuse('Superseded', `the run is in epoch ${notes.epoch}`);
  if ('epoch' in request) notes.epoch = request.epoch;
  const verb = verbs[request.verb] as ((request: PostgresRequest, stage: Stage) => Answer<PostgresVerb>) | undefined;
  return verb ? verb(request, stage) : refuse('Invalid', `no ${request.verb} in this test`);
}

const databaseAt = ({ servers }: Stage, host: string, name: string): FakePostgresDatabase | undefined => servers[host]?.[name];

/** A write moves it: as many rows as there are stand in for transactions. */
export const horizonOf = (database: FakePostgresDatabase | undefined): WriteHorizon => ({
  ...{ systemIdentifier: '1', timeline: 1 },
  xmax: String(database?.rows.length ?? 0),
  rowsWritten: String(database?.rows.length ?? 0),
});

const accounting = { units: 1, unitsDone: 1, attempts: 1, bytes: 10, bytesCopiedTwice: 0, mostBytesOfOnePod: 0 };

const setOpen = (stage: Stage, host: string, { databases }: PostgresFenceCapture, open: boolean): readonly string[] =>
  databases.map(({ name }) => {
    const database = databaseAt(stage, host, name);
    if (database) stage.put(host, name, { ...database, open });
    return name;
  });

const verbs: Verbs = {
  ping: ({ at }) => ({
    ...{ version: '15.18', major: 15, inRecovery: true, user: 'postgres', superuser: true, createDatabases: true, systemIdentifier: at.host },
  }),
  inspect: ({ at, databases }, stage) => ({
    ...(at.host.startsWith('old') ? { server: 'PostgreSQL 15.18', major: 15 } : { server: 'PostgreSQL 18.1', major: 18 }),
    systemIdentifier: at.host,
    unlogged: [],
    others: Object.keys(stage.servers[at.host] ?? {}).filter((name) => !databases.includes(name)),
    databases: databases.map((name) => {
      const database = databaseAt(stage, at.host, name);
      const rows = database?.rows.length ?? 0;
      const tables = rows > 0 ? [{ schema: 'public', name: 'orders', bytes: rows * 1000, rows }] : [];
      return inspection(name, { exists: database !== undefined, bytes: rows * 100_000_000, tables });
    }),
  }),
  checkCopy: ({ at, source = at, databases }, stage) => ({
    databases: databases.map(({ from, to }) => {
      const { rows = [], vectors } = databaseAt(stage, source.host, from) ?? {};
      return { from, to, problems: vectors ? ['no extension vector.'] : [], space: { neededBytes: rows.length * 120_000_000, freeBytes: 1_000_000_000 } };
    }),
  }),
  captureFence: ({ databases }) => ({
    method: 'connections',
    databases: databases.map((name) => ({ name, connectionLimit: -1, readOnly: null })),
    holes: ['a superuser'],
  }),
  fence: ({ at, captured }, stage) => ({ changed: setOpen(stage, at.host, captured, false), ended: 0, holes: captured.holes }),
  unfence: ({ at, captured }, stage) => ({ changed: setOpen(stage, at.host, captured, true), missing: [] }),
  copy: ({ at, source = at, from, to }, stage) => {
    const [left, right] = [databaseAt(stage, source.host, from), databaseAt(stage, at.host, to)];
    if (right && !stage.notes.made.has(to)) return refuse('TargetNotEmpty', `Database ${to} holds what this run did not write.`);
    stage.notes.made.add(to);
    stage.put(at.host, to, { rows: left?.rows ?? [], open: true, marked: true });
    const rows = left?.rows.length ?? 0;
    return {
      source: { database: from, rows, bytes: rows * 1000, tables: 1 },
      ...{ horizon: horizonOf(left), units: 1, unitsResumed: 0, definitions: 1, sequences: 0, roles: { made: [], found: [] } },
      ...{ seconds: 1, bytesPerSecond: 1000, accounting },
    };
  },
  drop: ({ at, database }, stage) => {
    if (!stage.notes.made.delete(database))
      return databaseAt(stage, at.host, database) ? refuse('NotOurs', 'this run did not fill it') : { dropped: false, rolesLeft: [] };
    stage.put(at.host, database, undefined);
    return { dropped: true, rolesLeft: [] };
  },
  verify: ({ at, source = at, from, to }, stage) => {
    const [left, right] = [databaseAt(stage, source.host, from), databaseAt(stage, at.host, to)];
    const equal = isDeepStrictEqual(left?.rows, right?.rows);
    const differences = equal ? [] : [`orders: ${left?.rows.length} rows in the source, ${right?.rows.length} in the target.`];
    return { equal, rows: left?.rows.length ?? 0, tables: [], differences, seconds: 1 };
  },
  changedSince: ({ at, databases }, stage) => {
    const moved = databases.filter(({ name, horizon }) => !isDeepStrictEqual(horizonOf(databaseAt(stage, at.host, name)), horizon));
    return { changed: moved.map(({ name }) => `${name} was written to`) };
  },
  release: ({ at, databases }, stage) => {
    for (const name of databases) {
      const { marked: _, ...database } = databaseAt(stage, at.host, name)!;
      stage.put(at.host, name, database);
    }
    return { released: databases };
  },
  clean: () => ({ cleaned: true }),
  awaitStandbys: ({ standbys }) => ({ following: Array.from({ length: standbys }, (_, index) => `member-${index + 1}`), missing: [] }),
  ...backupVerbs,
  ...precopyVerbs,
};
