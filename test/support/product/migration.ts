import { createActivities } from '../../../src/activities/index.js';
import type { RawKube } from '../../../src/adapters/kube/kube.js';
import { createRequestFiles } from '../../../src/adapters/request-files/cluster-request-files.js';
import type { Act } from '../../../src/model/act.js';
import type { Plan } from '../../../src/model/plan.js';
import type { Report } from '../../../src/model/report.js';
import { approve, decide, plan, report, rollback } from '../../../src/workflows/engine/messages.js';
import { type AnyActivity, atWork, type Run } from '../shared-worker.js';
import { adaptersOver, asActivity } from '../step-rig.js';
import { openRuns } from '../temporal.js';
import { createProduct, type Product } from './product.js';
import { escrowRecipient, specOf, unattended } from './spec.js';

export { endWork as stopTemporal, type Run } from '../shared-worker.js';
export { env, startTemporal } from '../temporal.js';

/** What a test does about an activity: `call` carries it out. */
export type Around = (name: string, act: Act | undefined, call: () => Promise<unknown>) => Promise<unknown>;

const isAct = (argument: unknown): argument is Act => typeof argument === 'object' && argument !== null && 'epoch' in argument && 'step' in argument;

/** The product's activities as a worker registers them, over a fake cluster; `raw` may stand in between. */
export function activitiesOver(
  { fake, helm }: Pick<Product, 'fake' | 'helm'>,
  around: Around = (_name, _act, call) => call(),
  raw: RawKube = fake,
): Record<string, AnyActivity> {
  const more = { helm, temporal: openRuns, requestFiles: createRequestFiles(raw), settings: { escrowRecipients: [escrowRecipient] } };
  const activities = createActivities(adaptersOver(raw, more));
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
  const committedFrom = phases.findIndex(({ commits }) => commits);
  return phases.flatMap(({ steps }, index) =>
    steps.map(({ id, step, title }) => ({ id, step, title, committed: committedFrom >= 0 && index >= committedFrom })),
  );
}

export interface Scene {
  /** Default: a migration from Kustomize to Helm. */
  readonly workflow?: string;
  readonly product: Product;
  readonly spec?: object;
  readonly around?: Around;
  readonly maxCachedWorkflows?: number;
}

export interface Migration {
  readonly run: Run;
  /** Takes the run back from its journal, as a workflow of its own. */
  takeBack(more?: object): Promise<Report>;
  /** Drops what a rollback would need, before its time, with the approval of a person. */
  finalize(): Promise<Report>;
}

/** Starts a migration of the product and lets the test meet it, with a worker at its side. */
export async function migrate(
  { workflow = 'kustomizeToHelm', product, spec = specOf(unattended), around, maxCachedWorkflows = 10 }: Scene,
  body: (migration: Migration) => Promise<void>,
) {
  await atWork({ activities: activitiesOver(product, around), maxCachedWorkflows }, async (workplace) => {
    const run = await workplace.start(workflow, 'run', spec);
    let rollbacks = 0;
    const takeBack = async (more: object = {}) => {
      const request = { run: run.firstExecutionRunId, by: 'ada', reason: 'a look back', ...more };
      return resultOf(await workplace.start('rollback', `rollback-${++rollbacks}`, request));
    };
    const finalize = async () => {
      const request = { run: run.firstExecutionRunId, by: 'ada', reason: 'nobody goes back', early: true };
      const final = await workplace.start('finalize', 'finalize', request);
      await approveStart(final);
      return resultOf(final);
    };
    await body({ run, takeBack, finalize });
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

/** Approves the plan that the run shows, once it asks for that. */
export async function approveStart(run: Run): Promise<void> {
  for (;;) {
    const shown = await run.query(plan);
    const waits = (await reportOf(run)).phase === 'AwaitingApproval';
    if (shown && waits) return void (await run.executeUpdate(approve, { args: [{ ...ada, gate: 'start', plan: shown.hash }] }));
    await sleep(20);
  }
}

/** Turns a run back that waits for a person: after the commit a rollback is no answer but a request of its own. */
export async function turnBack(run: Run, about: string): Promise<Report> {
  const { choices } = await question(run, about);
  if (choices.includes('rollback')) await answer(run, about, 'rollback');
  else await run.executeUpdate(rollback, { args: [{ ...ada, acceptDataLoss: true }] });
  return resultOf(run);
}
