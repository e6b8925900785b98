import { Context } from '@temporalio/activity';
import type { WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { env, stopTemporal } from './temporal.js';
import { workflowBundle } from './workflow-bundle.js';

export type AnyActivity = (...args: unknown[]) => Promise<unknown>;
export type Run = WorkflowHandleWithFirstExecutionRunId;

/** A test's own part of a worker: its workflows meet its activities, and nobody else's. */
export interface Workplace {
  /** The ids of its workflows begin with it. */
  readonly name: string;
  start(workflow: string, id: string, input: unknown): Promise<Run>;
}

export interface Hands {
  readonly activities: Readonly<Record<string, AnyActivity>>;
  readonly maxCachedWorkflows: number;
}

interface Employed {
  readonly worker: Worker;
  readonly taskQueue: string;
  /** Rejects when the worker ends, however it does. */
  readonly ended: Promise<never>;
}

const workers = new Map<number, Promise<Employed>>();
const hands = new Map<string, Hands['activities']>();
let workplaces = 0;

/** Keeps a worker at a test's side. The tests of a file share it: to make one takes a quarter of a second of a processor, and its code is warm from the second test on. */
export async function atWork({ activities, maxCachedWorkflows }: Hands, body: (workplace: Workplace) => Promise<void>): Promise<void> {
  if (!workers.has(maxCachedWorkflows)) workers.set(maxCachedWorkflows, employ(maxCachedWorkflows));
  const { taskQueue, ended } = await workers.get(maxCachedWorkflows)!;
  const name = `${taskQueue}-${++workplaces}`;
  const start: Workplace['start'] = (workflow, id, input) => env.client.workflow.start(workflow, { taskQueue, workflowId: `${name}/${id}`, args: [input] });
  hands.set(name, activities);
  try {
    await Promise.race([body({ name, start }), ended]);
  } finally {
    hands.delete(name);
  }
}

async function employ(maxCachedWorkflows: number): Promise<Employed> {
  const taskQueue = `cache-${maxCachedWorkflows}`;
  const worker = await Worker.create({
    connection: env.nativeConnection,
    taskQueue,
    workflowBundle: await workflowBundle(),
    activities: { default: callOwn },
    maxCachedWorkflows,
    maxHeartbeatThrottleInterval: '50 milliseconds',
    shutdownForceTime: '5 seconds',
  });
  const ended = worker.run().then((): never => {
    throw new Error('the worker has ended');
  });
  ended.catch(() => undefined);
  return { worker, taskQueue, ended };
}

/** The activity of the workplace whose workflow calls it. */
async function callOwn(...args: unknown[]): Promise<unknown> {
  const { activityType, workflowExecution } = Context.current().info;
  const activity = hands.get(workflowExecution?.workflowId.split('/')[0] ?? '')?.[activityType];
  if (!activity) throw new Error(`no test is there any more that has the activity ${activityType}`);
  return activity(...args);
}

/** Ends the workers, and then their server. */
export async function endWork(): Promise<void> {
  for (const employed of workers.values()) {
    const { worker, ended } = await employed;
    worker.shutdown();
    await ended.catch(() => undefined);
  }
  workers.clear();
  await stopTemporal();
}
