import { fileURLToPath } from 'node:url';
import { TypedSearchAttributes } from '@temporalio/common';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { createClusterJournal } from '../../src/adapters/journal/cluster-journal.js';
import { createClusterLocks } from '../../src/adapters/journal/cluster-locks.js';
import { memoNamespaces } from '../../src/model/memo.js';
import { specKinds } from '../../src/model/schema/kinds.js';
import { namespacesOf } from '../../src/model/scope.js';
import { attributes } from '../../src/model/search-attributes.js';
import { createWorker } from '../../src/worker/create-worker.js';
import { createLogger } from '../../src/worker/logger.js';
import { registerSearchAttributes } from '../../src/worker/search-attributes.js';
import { planShop } from '../../test/cli/support/shop-kind.js';
import type { FakeCluster } from '../../test/support/fake-cluster/fake-cluster.js';
import { env } from '../../test/support/temporal.js';

/** Those that the bench's readers may see; the runs lie in all of them. */
export const namespaces = namespacesOf(specKinds.KustomizeToHelm.example);
const atOnce = 40;

/** The server takes a moment until all of it knows them. */
export async function prepareAttributes(): Promise<void> {
  await registerSearchAttributes(env.connection, 'default');
  for (;;) {
    try {
      await env.client.workflow.count(`${attributes.namespaces.name} IN ('x')`);
      return;
    } catch {
      await new Promise((next) => setTimeout(next, 100));
    }
  }
}

/** Runs that have ended: their workflows in Temporal, and their records in the cluster, as a run leaves them behind until it is finalized. */
export async function seedPastRuns(count: number, taskQueue: string, fake: FakeCluster): Promise<void> {
  const workflowsPath = fileURLToPath(new URL('./past-runs.js', import.meta.url));
  const workflowBundle = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') });
  const logger = createLogger({ REHELM_LOG_LEVEL: 'silent' });
  const worker = await createWorker({
    connection: env.nativeConnection,
    namespace: 'default',
    settings: { taskQueue },
    activities: {},
    workflowBundle,
    logger,
  });
  const journal = createClusterJournal(fake, createClusterLocks(fake));
  const numbers = Array.from({ length: count }, (_, index) => index).values();
  await worker.runUntil(() => Promise.all(Array.from({ length: atOnce }, () => seedSome(numbers, taskQueue, journal))));
}

async function seedSome(numbers: IterableIterator<number>, taskQueue: string, journal: ReturnType<typeof createClusterJournal>): Promise<void> {
  for (const number of numbers) {
    const namespace = namespaces[number % namespaces.length]!;
    const workflowId = `migrate/${namespace}/past-${number}`;
    const handle = await env.client.workflow.start('kustomizeToHelm', {
      ...{ taskQueue, workflowId, memo: { [memoNamespaces]: [namespace] } },
      typedSearchAttributes: new TypedSearchAttributes([
        { key: attributes.phase, value: 'Succeeded' },
        { key: attributes.waitingFor, value: 'nothing' },
        { key: attributes.namespaces, value: [namespace] },
      ]),
    });
    await handle.result();
    const run = handle.firstExecutionRunId;
    const at = new Date().toISOString();
    const spec = { kind: 'KustomizeToHelm', target: { namespace, release: `past-${number}` } };
    const rest = { title: `Past run ${number}`, phase: 'Succeeded', committed: true, locks: [], startedAt: at, endedAt: at };
    await journal.putRecord(run, { run, workflowId, kind: 'KustomizeToHelm', spec, plan: planShop(), ...rest });
  }
}
