import { systemNamespace } from '../../../../src/model/act.js';
import type { CopierProgress } from '../../../../src/model/copier.js';
import type { PostgresRequest } from '../../../../src/model/copier-postgres.js';
import type { KubeObject } from '../../../../src/model/kube-object.js';
import { createFakeCluster, type FakeCluster } from '../../../support/fake-cluster/fake-cluster.js';
import { copierRequestOf } from '../../../support/fake-copier.js';
import { run } from './run.js';
import type { Postgres } from './server.js';

/** Looks of a guard, in seconds: a test does not wait for the usual ones. */
const everySeconds = 0.2;

/** A cluster in memory whose copier Jobs work on real servers. Their administrator's password is in Secret `data/postgres`. */
export function clusterOver({ at }: Postgres): FakeCluster {
  const fake = createFakeCluster();
  const said = new Map<string, string>();
  const data = { password: Buffer.from(at.user.password).toString('base64') };
  fake.seed({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'postgres', namespace: 'data' }, data } as KubeObject);
  fake.behaviour.log = ({ metadata }) => [...said].find(([job]) => metadata.name.startsWith(job))?.[1] ?? '';
  fake.behaviour.job = async (job) => {
    if (job.metadata.namespace !== systemNamespace) return 'running';
    await null;
    const request = copierRequestOf<PostgresRequest>(fake, job);
    if (!request) return 'running';
    const progress = (line: CopierProgress) => void said.set(job.metadata.name, `${JSON.stringify({ progress: line })}\n`);
    try {
      const result = await run({ ...request, ...(request.verb === 'guardPrecopy' && { everySeconds }) } as never, { progress });
      return { succeeded: true, log: `${JSON.stringify({ result })}\n` };
    } catch (error) {
      const { type, message } = error as Error & { readonly type?: string };
      return { failed: message, log: `${JSON.stringify({ failure: { type: type ?? 'Invalid', message } })}\n` };
    }
  };
  return fake;
}
