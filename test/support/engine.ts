import { createActivities } from '../../src/activities/index.js';
import { createRequestFiles } from '../../src/adapters/request-files/cluster-request-files.js';
import type { SendWebhook } from '../../src/adapters/webhook/webhook.js';
import { failure } from '../../src/errors.js';
import type { Plan } from '../../src/model/plan.js';
import type { Policy, Prepared } from '../../src/model/policy.js';
import type { Choice, Question, Report } from '../../src/model/report.js';
import { decide, report } from '../../src/workflows/engine/messages.js';
import type { FakeCluster } from './fake-cluster/fake-cluster.js';
import { type AnyActivity, atWork, type Run, type Workplace } from './shared-worker.js';
import { planShop, shop } from './shop.js';
import { adaptersOver } from './step-rig.js';
import { env, openRuns } from './temporal.js';
import { unattended } from './unattended.js';

/** Somebody answers: nothing happens by itself during a test. */
export const attended: Policy = { ...unattended, failureWaitSeconds: 3600 };
export const gated: Policy = { ...attended, start: 'ask', commit: 'ask' };

export interface Rig {
  readonly fake?: FakeCluster;
  readonly maxCachedWorkflows: number;
  readonly policy?: Policy;
  /** Asked anew at each planning: a plan may drift. */
  readonly plan?: () => Plan;
  readonly hash?: () => string;
  /** `scaleDown stop/api`: the activity acts, and then fails for good, once each: the worst moment. */
  readonly failAfter?: Set<string>;
  readonly webhook?: SendWebhook;
}

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

export type Body = (run: Run, workplace: Workplace) => Promise<void>;

/** Both ways in which a worker meets a run: with what it remembers, and with nothing but the history. */
export const modes = [
  { mode: 'cached', maxCachedWorkflows: 10 },
  { mode: 'replaying every task', maxCachedWorkflows: 0 },
] as const;

/** Starts a run of the given plan, or of the shop's, lets the test meet it, and keeps a worker at its side meanwhile. */
export async function during(rig: Rig, body: Body): Promise<void> {
  const { fake = shop(), maxCachedWorkflows, policy = attended, plan = planShop, hash = () => 'cafe12345678', failAfter = new Set(), webhook } = rig;
  const prepareTest = async (): Promise<Prepared> => ({ policy, shown: { plan: plan(), hash: hash() }, spec: {} });
  const product = createActivities(adaptersOver(fake, { temporal: openRuns, requestFiles: createRequestFiles(fake), ...(webhook && { webhook }) }));
  const activities = { ...breaking(product, failAfter), prepareTest };
  await atWork({ activities, maxCachedWorkflows }, async (workplace) => body(await start(workplace), workplace));
}

export const start = (workplace: Workplace, id = 'run'): Promise<Run> => workplace.start('testKind', id, {});

let rollbacks = 0;
export const startRollback = (workplace: Workplace, request: unknown): Promise<Run> => workplace.start('rollback', `rollback-${++rollbacks}`, request);

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
