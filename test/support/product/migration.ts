import './quick-clone.js';
import { fileURLToPath } from 'node:url';
import type { WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { bundleWorkflowCode, DefaultLogger, Runtime, Worker, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { createActivities } from '../../../src/activities/index.js';
import { createClusterJournal } from '../../../src/adapters/journal/cluster-journal.js';
import { createClusterLocks } from '../../../src/adapters/journal/cluster-locks.js';
import { createKube } from '../../../src/adapters/kube/guarded.js';
import type { RawKube } from '../../../src/adapters/kube/kube.js';
import { createRequestFiles } from '../../../src/adapters/request-files/cluster-request-files.js';
import type { Temporal } from '../../../src/adapters/temporal/temporal.js';
import { findTemporal } from '../../../src/cli/find-temporal.js';
import type { Act } from '../../../src/model/act.js';
import type { Plan } from '../../../src/model/plan.js';
import type { Report } from '../../../src/model/report.js';
import { readSettings } from '../../../src/worker/settings.js';
import { decide, report, rollback } from '../../../src/workflows/engine/messages.js';
import { asActivity } from '../step-rig.js';
import { createProduct, type Product } from './product.js';
import { escrowRecipient, specOf, unattended } from './spec.js';

export let env: TestWorkflowEnvironment;
let workflowBundle: WorkflowBundleWithSourceMap;
let queues = 0;

/** One dev server and one bundle of the product's own workflows for a test file. */
export async function startTemporal(): Promise<void> {
  const logger = new DefaultLogger('ERROR');
  Runtime.install({ logger });
  env = await TestWorkflowEnvironment.createLocal({ server: { executable: { type: 'existing-path', path: findTemporal(process.env) } } });
  workflowBundle = await bundleWorkflowCode({ workflowsPath: fileURLToPath(new URL('../../../src/workflows/index.ts', import.meta.url)), logger });
}

export const stopTemporal = async () => env?.teardown();

export type AnyActivity = (...args: unknown[]) => Promise<unknown>;

/** What a test does about an activity: `call` carries it out. */
export type Around = (name: string, act: Act | undefined, call: () => Promise<unknown>) => Promise<unknown>;

const isAct = (argument: unknown): argument is Act => typeof argument === 'object' && argument !== null && 'epoch' in argument && 'step' in argument;

/** The product's activities as a worker registers them, over a fake cluster; `raw` may stand in between. */
export function activitiesOver({ fake, helm }: Product, around: Around = (_name, _act, call) => call(), raw: RawKube = fake): Record<string, AnyActivity> {
  const locks = createClusterLocks(raw);
  const temporal: Temporal = {
    isOpen: async ({ workflowId }) => (await env.client.workflow.getHandle(workflowId).describe()).status.name === 'RUNNING',
    list: async () => [],
    report: async () => undefined,
  };
  const activities = createActivities({
    kube: createKube(raw, locks),
    helm,
    journal: createClusterJournal(raw, locks),
    locks,
    temporal,
    requestFiles: createRequestFiles(raw),
    settings: readSettings({ REHELM_ESCROW_RECIPIENTS: escrowRecipient }),
  });
  const wrap = ([name, activity]: [string, AnyActivity]) => [name, (...args: unknown[]) => around(name, args.find(isAct), () => activity(...args))];
  return Object.fromEntries(Object.entries(activities as Record<string, AnyActivity>).map(wrap));
}

/** The plan of the product's migration, as a run would make it. */
export async function planOf(product = createProduct(), spec = specOf()): Promise<Plan> {
  const activities = activitiesOver(product);
  const inspected = (await asActivity(() => activities['inspectKustomizeToHelm']!({ spec }))) as object;
  const shown = (await asActivity(() => activities['planKustomizeToHelm']!(inspected))) as { readonly plan: Plan };
  return shown.plan;
}

/** Every step of a plan, in order. */
export function stepsOf({ phases }: Plan) {
  const committedFrom = phases.findIndex(({ gate }) => gate === 'commit');
  return phases.flatMap(({ steps }, index) =>
    steps.map(({ id, step, title }) => ({ id, step, title, committed: committedFrom >= 0 && index >= committedFrom })),
  );
}

export type Run = WorkflowHandleWithFirstExecutionRunId;

export interface Scene {
  readonly product: Product;
  readonly spec?: object;
  readonly around?: Around;
  readonly maxCachedWorkflows?: number;
}

export interface Migration {
  readonly run: Run;
  /** Takes the run back from its journal, as a workflow of its own. */
  takeBack(more?: object): Promise<Report>;
}

/** Starts a migration of the product and lets the test meet it, with a worker at its side. */
export async function migrate({ product, spec = specOf(unattended), around, maxCachedWorkflows = 10 }: Scene, body: (migration: Migration) => Promise<void>) {
  const taskQueue = `product-${process.pid}-${++queues}`;
  const worker = await Worker.create({
    connection: env.nativeConnection,
    taskQueue,
    workflowBundle,
    activities: activitiesOver(product, around),
    maxCachedWorkflows,
    maxHeartbeatThrottleInterval: '50 milliseconds',
    stickyQueueScheduleToStartTimeout: '500 milliseconds',
  });
  await worker.runUntil(async () => {
    const run = await env.client.workflow.start('kustomizeToHelm', { taskQueue, workflowId: taskQueue, args: [spec] });
    const takeBack = async (more: object = {}) => {
      const request = { run: run.firstExecutionRunId, by: 'ada', reason: 'a look back', ...more };
      return env.client.workflow.execute('rollback', { taskQueue, workflowId: `${taskQueue}/rollback-${++queues}`, args: [request] });
    };
    await body({ run, takeBack });
  });
}

const sleep = (milliseconds: number) => new Promise((next) => setTimeout(next, milliseconds));

export const reportOf = (run: Run): Promise<Report> => run.query(report);
export const resultOf = (run: Run): Promise<Report> => run.result();

/** Waits until the run asks something that begins with the text. */
export async function question(run: Run, about: string): Promise<NonNullable<Report['question']>> {
  for (;;) {
    const { question: open } = await reportOf(run);
    if (open?.text.startsWith(about)) return open;
    await sleep(20);
  }
}

/** Waits until a workflow task fails: what a bug in workflow code does. */
export async function untilTaskFails(run: Run): Promise<void> {
  const hasFailed = async () => (await run.fetchHistory()).events?.some(({ workflowTaskFailedEventAttributes: failed }) => failed);
  while (!(await hasFailed())) await sleep(50);
}

export const ada = { by: 'ada', reason: 'looked at it' };

/** Answers what the run asks. */
export async function answer(run: Run, about: string, choice: string): Promise<void> {
  const { number } = await question(run, about);
  await run.executeUpdate(decide, { args: [{ ...ada, question: number, choice }] });
}

/** Turns a run back that waits for a person: after the commit a rollback is no answer but a request of its own. */
export async function turnBack(run: Run, about: string): Promise<Report> {
  const { choices } = await question(run, about);
  if (choices.includes('rollback')) await answer(run, about, 'rollback');
  else await run.executeUpdate(rollback, { args: [{ ...ada, acceptDataLoss: true }] });
  return resultOf(run);
}
