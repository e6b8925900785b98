import { systemNamespace } from '../../src/model/act.js';
import type { PostgresRequest } from '../../src/model/copier-postgres.js';
import type { Job, KubeObject, Pod, Secret } from '../../src/model/kube-object.js';
import { createFakeCluster, type FakeCluster } from './fake-cluster/fake-cluster.js';
import { inspection } from './inspection.js';

const state = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'db', name: 'state' };
const text = (value: string): string => Buffer.from(value).toString('base64');

export const password = 'p0stgres-canary';
const ref = (host: string) =>
  ({ engine: 'postgresql', host, port: 5432, admin: { user: 'postgres', secretRef: { namespace: 'db', name: 'postgres' } } }) as const;
export const servers = { source: ref('old.db.svc'), server: ref('new.db.svc') };

/** What is on both servers. */
export interface FakeServers {
  /** On the source. */
  readonly slots: readonly string[];
  readonly databases: readonly string[];
}

type Answer = { readonly result: unknown } | { readonly failure: { readonly type: string; readonly message: string } };

export interface FakePrecopier {
  readonly fake: FakeCluster;
  /** Requests as Jobs were given them, oldest first. */
  readonly requests: readonly PostgresRequest[];
  /** The verbs' answers where a test wants others; undefined: the Job goes on, and its log says so. */
  readonly answers: Map<PostgresRequest['verb'], Answer | undefined>;
}

export const horizon = { systemIdentifier: '7', timeline: 1, xmax: '800', rowsWritten: '30' };
const drained = {
  lagBytes: 5,
  waitedSeconds: 0.1,
  sequences: 1,
  definitions: 2,
  seconds: 1,
  source: { database: 'shop', horizon },
  target: { database: 'store', horizon },
};
const progress = '{"progress":{"phase":"hash","unitsDone":0,"unitsTotal":0,"records":0,"bytes":1,"totalBytes":1,"bytesPerSecond":1}}\n';

/** Two PostgreSQL servers as part of a fake cluster's world, and copier Jobs that work on them as the real one does, epochs included. */
export function fakePrecopier(): FakePrecopier {
  const fake = createFakeCluster();
  const requests: PostgresRequest[] = [];
  const answers: FakePrecopier['answers'] = new Map();
  let [epoch, isOurs] = [0, false];
  const read = (): FakeServers => JSON.parse(fake.find<KubeObject & { data: { state: string } }>(state)?.data.state ?? '');
  const put = (next: FakeServers) => {
    const { apiVersion, kind, namespace, name } = state;
    fake.seed({ apiVersion, kind, metadata: { namespace, name }, data: { state: JSON.stringify(next) } } as KubeObject);
  };
  fake.seed({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'postgres', namespace: 'db' }, data: { password: text(password) } } as Secret);
  put({ slots: [], databases: [] });

  // biome-ignore lint/complexity/noExcessiveCognitiveComplexity: a table of verbs.
  function answerTo(request: PostgresRequest): Answer | undefined {
    if ('epoch' in request && request.epoch < epoch) return { failure: { type: 'Superseded', message: `the run is in epoch ${epoch}` } };
    if ('epoch' in request) epoch = request.epoch;
    if (answers.has(request.verb)) return answers.get(request.verb);
    switch (request.verb) {
      case 'inspect':
        return { result: { databases: request.databases.map((name) => inspected(name, name === 'shop' || read().databases.includes(name))) } };
      case 'checkPrecopy':
        return { result: { problems: [] } };
      case 'guardPrecopy':
        return undefined;
      case 'precopy':
        isOurs = true;
        put({ slots: ['rehelm_slot'], databases: [request.to] });
        return { result: { tables: 2, bytes: 100, definitions: 3, roles: { made: ['owner'], found: [] }, lagBytes: 7, seconds: 1 } };
      case 'drainPrecopy':
        put({ ...read(), slots: [] });
        return { result: drained };
      case 'provePrecopy':
        return { result: { equal: true, rows: 30, tables: [{ name: 'public.item', equal: true }], differences: [], seconds: 1 } };
      case 'abortPrecopy':
        if (isOurs) put({ slots: [], databases: [] });
        return { result: { dropped: isOurs, rolesLeft: [] } };
      default:
        return { failure: { type: 'Invalid', message: `no ${request.verb} in this test` } };
    }
  }

  fake.behaviour.log = (pod: Pod) => (pod.metadata.name.includes('proveprecopy') ? progress : '');
  fake.behaviour.job = async (job: Job) => {
    await null;
    const secret = fake.find<Secret>({ apiVersion: 'v1', kind: 'Secret', namespace: systemNamespace, name: job.metadata.name });
    if (!secret) return 'running';
    const request = JSON.parse(Buffer.from(secret.data?.['request.json'] ?? '', 'base64').toString()) as PostgresRequest;
    requests.push(request);
    const answer = answerTo(request);
    if (!answer) return 'running';
    const log = `${JSON.stringify(answer)}\n`;
    return 'failure' in answer ? { failed: answer.failure.message, log } : { succeeded: true, log };
  };
  return { fake, requests, answers };
}

const inspected = (name: string, exists: boolean) =>
  inspection(name, { exists, owner: 'owner', tables: exists ? [{ schema: 'public', name: 'item', bytes: 100, rows: 30 }] : [] });
