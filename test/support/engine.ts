import { fileURLToPath } from 'node:url';
import type { WorkflowHandle } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { bundleWorkflowCode, DefaultLogger, Runtime, Worker, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { createActivities } from '../../src/activities/index.js';
import type { Helm } from '../../src/adapters/helm/helm.js';
import { createClusterJournal } from '../../src/adapters/journal/cluster-journal.js';
import { createClusterLocks } from '../../src/adapters/journal/cluster-locks.js';
import { createKube } from '../../src/adapters/kube/guarded.js';
import type { RequestFiles } from '../../src/adapters/request-files/request-files.js';
import type { Temporal } from '../../src/adapters/temporal/temporal.js';
import { failure } from '../../src/errors.js';
import type { Plan } from '../../src/model/plan.js';
import type { Policy, Prepared } from '../../src/model/policy.js';
import type { Choice, Question, Report } from '../../src/model/report.js';
import { readSettings } from '../../src/worker/settings.js';
import { decide, report } from '../../src/workflows/engine/messages.js';
import type { FakeCluster } from './fake-cluster/fake-cluster.js';

let env: TestWorkflowEnvironment;
let workflowBundle: WorkflowBundleWithSourceMap;
let queues = 0;

/** One dev server and one bundle for a test file. */
export async function startEngine(): Promise<TestWorkflowEnvironment> {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  env = await TestWorkflowEnvironment.createLocal({ server: { executable: { type: 'existing-path', path: process.env['REHELM_TEMPORAL'] ?? 'temporal' } } });
  workflowBundle = await bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('./workflows/index.ts', import.meta.url)),
    logger: new DefaultLogger('ERROR'),
  });
  return env;
}

export const stopEngine = async () => env.teardown();

export const unattended: Policy = {
  start: 'none',
  planFreshSeconds: 0,
  commit: 'none',
  commitThen: 'wait',
  failureWaitSeconds: 0.001,
  failureThen: 'rollback',
  heartbeatTimeoutSeconds: 10,
  searchAttributes: false,
};
/** Somebody answers: nothing happens by itself during a test. */
export const attended: Policy = { ...unattended, failureWaitSeconds: 3600 };
export const gated: Policy = { ...attended, start: 'ask', commit: 'ask' };

export type Run = WorkflowHandle;

export interface Rig {
  readonly fake: FakeCluster;
  readonly maxCachedWorkflows: number;
  readonly policy: Policy;
  /** Asked anew at each planning: a plan may drift. */
  readonly plan: () => Plan;
  readonly hash?: () => string;
  /** `scaleDown stop/api`: the activity acts, and then fails for good, once each: the worst moment. */
  readonly failAfter?: Set<string>;
}

type AnyActivity = (...args: unknown[]) => Promise<unknown>;

function breaking(activities: object, failAfter: Set<string>): Record<string, AnyActivity> {
  const wrap = ([name, activity]: [string, AnyActivity]): [string, AnyActivity] => [
    name,
    async (...args) => {
      const result = await activity(...args);
      const act = args.find((each): each is { step: string } => typeof each === 'object' && each !== null && 'run' in each && 'step' in each);
      if (act && failAfter.delete(`${name} ${act.step}`)) throw failure('Invalid', `connection lost after ${name}`);
      return result;
    },
  ];
  return Object.fromEntries(Object.entries(activities).map(wrap));
}

/** Activities over a fake cluster, as a worker would register them. */
export function activitiesOver(fake: FakeCluster) {
  const locks = createClusterLocks(fake);
  const journal = createClusterJournal(fake, locks);
  const helm = new Proxy({} as Helm, {
    get: () => () => Promise.reject(new Error('no helm in this test')),
  });
  const temporal: Temporal = {
    isOpen: async ({ workflowId }) => (await env.client.workflow.getHandle(workflowId).describe()).status.name === 'RUNNING',
    list: async () => [],
    report: async () => undefined,
  };
  const requestFiles = new Proxy({} as RequestFiles, { get: () => async () => undefined });
  return createActivities({ kube: createKube(fake, locks), helm, journal, locks, temporal, requestFiles, settings: readSettings({}) });
}

/** Starts a run of the given plan, lets the test meet it, and keeps a worker at its side meanwhile. */
export async function during(rig: Rig, body: (run: Run, taskQueue: string) => Promise<void>): Promise<void> {
  const taskQueue = `q-${process.pid}-${++queues}`;
  const prepared = (): Prepared => ({ policy: rig.policy, shown: { plan: rig.plan(), hash: rig.hash?.() ?? 'cafe12345678' }, spec: {} });
  const worker = await Worker.create({
    connection: env.nativeConnection,
    taskQueue,
    workflowBundle,
    activities: { ...breaking(activitiesOver(rig.fake), rig.failAfter ?? new Set()), prepareTest: async () => prepared() },
    maxCachedWorkflows: rig.maxCachedWorkflows,
    maxHeartbeatThrottleInterval: '50 milliseconds',
    stickyQueueScheduleToStartTimeout: '500 milliseconds',
  });
  await worker.runUntil(async () => {
    await body(await start(taskQueue), taskQueue);
  });
}

export const start = (taskQueue: string, workflowId = taskQueue) => env.client.workflow.start('testKind', { taskQueue, workflowId, args: [{}] });

export const startRollback = (taskQueue: string, request: unknown) =>
  env.client.workflow.start('rollback', { taskQueue, workflowId: `${taskQueue}-back-${++queues}`, args: [request] });

export const sleep = (milliseconds: number) => new Promise((next) => setTimeout(next, milliseconds));

export async function soon<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    await sleep(100);
  }
}

const queryMilliseconds = 2000;

/**
 * What the run says of itself. A query that meets a worker in the middle of an eviction (every task, where nothing is cached) is lost,
 * and the server lets it time out after ten seconds; asked again, it is answered.
 */
export async function seen(run: Run): Promise<Report> {
  for (let left = 10; ; left--) {
    try {
      return await env.client.connection.withDeadline(Date.now() + queryMilliseconds, () => run.query(report));
    } catch (error) {
      if (left === 0) throw error;
    }
  }
}
export const reaches = (run: Run, phase: Report['phase']) => soon(async () => ((await seen(run)).phase === phase ? true : undefined));
export const resultOf = async (run: Run): Promise<Report> => run.result();

export const question = (run: Run, about: string): Promise<Question> =>
  soon(async () => {
    const open = (await seen(run)).question;
    return open?.text.startsWith(about) ? open : undefined;
  });

export const ada = { by: 'ada', reason: 'looked at it' };

export async function answer(run: Run, about: string, choice: Choice, more: object = {}): Promise<void> {
  const { number } = await question(run, about);
  await run.executeUpdate(decide, { args: [{ ...ada, question: number, choice, ...more }] });
}

/** An update that was refused carries its reason as the cause. */
export const refused = (because: string) => ({ cause: { message: expect.stringContaining(because) } });
