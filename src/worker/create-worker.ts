import { type NativeConnection, Worker, type WorkerOptions, type WorkflowBundleOption } from '@temporalio/worker';
import type { Logger } from 'pino';
import type { Settings } from '../model/settings.js';
import { heartbeat } from './heartbeat.js';
import { redaction } from './redaction.js';
import { stepLog } from './step-log.js';

export interface WorkerParts {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly settings: Pick<Settings, 'taskQueue'>;
  readonly activities: object;
  readonly workflowBundle: WorkflowBundleOption;
  readonly logger: Logger;
  /** Tests replay every workflow task with 0. */
  readonly maxCachedWorkflows?: number;
}

/** The worker as it runs everywhere: fixed slots, quick heartbeats, a shutdown that ends. Order of the interceptors: what is logged and sent is redacted. */
export function createWorker({ connection, namespace, settings, activities, workflowBundle, logger, maxCachedWorkflows = 200 }: WorkerParts): Promise<Worker> {
  const options: WorkerOptions = {
    connection,
    namespace,
    taskQueue: settings.taskQueue,
    activities,
    workflowBundle,
    maxCachedWorkflows,
    // Steps poll and wait, they don't compute; a group of eight steps in a dozen runs fits.
    maxConcurrentActivityTaskExecutions: 100,
    maxConcurrentWorkflowTaskExecutions: 40,
    // A cancel or a pause travels on the answer to a heartbeat: throttled longer, it would come late.
    maxHeartbeatThrottleInterval: '1 second',
    // After a worker was killed, its workflows wait this long for it before another takes them over.
    stickyQueueScheduleToStartTimeout: '3 seconds',
    // Short steps end by themselves; then long ones detach; then it is over. The pod's terminationGracePeriodSeconds must be longer than both.
    shutdownGraceTime: '10 seconds',
    shutdownForceTime: '30 seconds',
    interceptors: { activity: [redaction, stepLog(logger), heartbeat] },
  };
  return Worker.create(options);
}
