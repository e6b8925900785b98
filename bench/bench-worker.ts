import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, NativeConnection, Runtime } from '@temporalio/worker';
import { createActivities } from '../src/activities/index.js';
import { connectAdapters } from '../src/worker/connect-adapters.js';
import { createWorker } from '../src/worker/create-worker.js';
import { createLogger, temporalLogger } from '../src/worker/logger.js';
import { readSettings } from '../src/worker/settings.js';
import type { Stack } from '../test/e2e/story/stack.js';
import { unattended } from '../test/support/unattended.js';
import type { BenchActivities } from './workflows.js';

/** Starts a workflow of bench/workflows.ts and waits for its result. */
export type Execute = <T>(workflow: string, workflowId: string, input: object) => Promise<T>;

const own: BenchActivities = {
  noOp: async () => undefined,
  prepareBench: async ({ plan }) => ({ policy: unattended, shown: { plan, hash: 'bench' }, spec: {} }),
};

/** A worker as rehelm's own, beside the stack's, with the bench's workflows. */
export async function withBenchWorker<T>({ place, address }: Stack, body: (execute: Execute) => Promise<T>): Promise<T> {
  const env = { ...place.env, REHELM_LOG_LEVEL: 'warn' };
  const logger = createLogger(env);
  Runtime.install({ logger: temporalLogger(logger), shutdownSignals: [] });
  const settings = { ...readSettings(env), taskQueue: 'bench' };
  const [connection, clients] = await Promise.all([NativeConnection.connect({ address }), Connection.connect({ address })]);
  const client = new Client({ connection: clients });
  const workflowsPath = fileURLToPath(new URL('./workflows.js', import.meta.url));
  const workflowBundle = await bundleWorkflowCode({ workflowsPath, logger: temporalLogger(logger) });
  const activities = { ...createActivities(await connectAdapters(env, settings)), ...own };
  const worker = await createWorker({ connection, namespace: 'default', settings, activities, workflowBundle, logger });
  try {
    return await worker.runUntil(
      body((workflow, workflowId, input) => client.workflow.execute(workflow, { workflowId, taskQueue: settings.taskQueue, args: [input] })),
    );
  } finally {
    await Promise.all([connection.close(), clients.close()]);
  }
}
