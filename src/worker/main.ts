import { Runtime } from '@temporalio/worker';
import { createActivities } from '../activities/index.js';
import { connectAdapters } from './connect-adapters.js';
import { connectTemporal } from './connect-temporal.js';
import { createWorker } from './create-worker.js';
import { startHealthServer } from './health-server.js';
import { createLogger, temporalLogger } from './logger.js';
import { hasSearchAttributes } from './search-attributes.js';
import { readPositive, readSettings } from './settings.js';
import { whyNotReady } from './why-not-ready.js';
import { workflowBundle } from './workflow-bundle.js';

export interface WorkerMainOptions {
  readonly env: NodeJS.ProcessEnv;
  /** Stops the worker when it aborts; without it the process's signals do. */
  readonly stop?: AbortSignal;
  /** Called once the worker takes work. */
  readonly ready?: () => void;
}

/** Runs a worker until it is told to stop: `rehelm worker`. Once per process, since the SDK's runtime is. */
export async function runWorker({ env, stop, ready }: WorkerMainOptions): Promise<void> {
  const logger = createLogger(env);
  Runtime.install({ logger: temporalLogger(logger), ...(stop && { shutdownSignals: [] }) });
  const { connection, namespace } = await connectTemporal(env);
  try {
    const settings = { ...readSettings(env), searchAttributes: await hasSearchAttributes(connection, namespace) };
    if (!settings.searchAttributes) logger.info('search attributes are not registered: runs go without them (rehelm setup)');
    const adapters = await connectAdapters(env, settings);
    const bundle = await workflowBundle(temporalLogger(logger));
    const worker = await createWorker({ connection, namespace, settings, activities: createActivities(adapters), workflowBundle: bundle, logger });
    const healthPort = env['REHELM_HEALTH_PORT'] ? readPositive(env, 'REHELM_HEALTH_PORT', 0) : undefined;
    const health = healthPort === undefined ? undefined : await startHealthServer(healthPort, () => whyNotReady(worker, connection));
    stop?.addEventListener('abort', () => worker.shutdown(), { once: true });
    logger.info({ taskQueue: settings.taskQueue, namespace }, 'worker takes work');
    ready?.();
    await worker.run().finally(() => health?.stop());
    logger.info('worker ended');
  } finally {
    await connection.close();
  }
}
