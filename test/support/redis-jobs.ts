import type { ConnectRedis } from '../../src/adapters/redis/redis.js';
import { systemNamespace } from '../../src/model/act.js';
import type { RedisRequest } from '../../src/model/copier-redis.js';
import type { KubeObject } from '../../src/model/kube-object.js';
import { run } from '../copier/redis/support/run.js';
import type { FakeCluster } from './fake-cluster/fake-cluster.js';
import { copierRequestOf } from './fake-copier.js';

const state = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'product', name: 'redis' };
export const redisPassword = 'redis-canary';
export const redisRef = {
  host: 'redis-master.product.svc',
  port: 6379,
  password: { secretRef: { namespace: 'product', name: 'redis', key: 'redis-password' } },
};

/** Every key with its value and end; but for the epochs of runs, which expire by themselves. */
export type ReadKeys = () => Promise<Readonly<Record<string, unknown>>>;

export interface RedisJobs {
  readonly requests: readonly RedisRequest[];
  /** Makes the keys as they are now a part of the world. */
  look(): Promise<void>;
}

/** Copier Jobs that work on a Redis, in memory or real, and a ConfigMap by which its keys are part of the world. */
export function withRedis(fake: FakeCluster, connect: ConnectRedis, keys: ReadKeys): RedisJobs {
  const requests: RedisRequest[] = [];
  const look = async () => {
    const { apiVersion, kind, namespace, name } = state;
    const text = JSON.stringify(await keys());
    const former = fake.find<KubeObject & { readonly data: { readonly keys: string } }>(state);
    if (former?.data.keys !== text) fake.seed({ apiVersion, kind, metadata: { namespace, name }, data: { keys: text } } as KubeObject);
  };
  const data = { 'redis-password': Buffer.from(redisPassword).toString('base64') };
  fake.seed({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'redis', namespace: 'product' }, data } as KubeObject);
  fake.behaviour.job = async (job) => {
    if (job.metadata.namespace !== systemNamespace) return 'running';
    await null;
    const request = copierRequestOf<RedisRequest>(fake, job);
    if (!request) return 'running';
    requests.push(request);
    try {
      const log = `${JSON.stringify({ result: await run(request as never, { connect }) })}\n`;
      await look();
      return { succeeded: true, log };
    } catch (error) {
      await look();
      const { type, message } = error as Error & { readonly type?: string };
      return { failed: message, log: `${JSON.stringify({ failure: { type: type ?? 'Invalid', message } })}\n` };
    }
  };
  return { requests, look };
}
