import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Report } from '../../src/model/report.js';
import { rollback } from '../../src/workflows/engine/messages.js';
import type { World } from '../support/fake-cluster/world.js';
import { cancelDuring } from '../support/product/cases.js';
import { ada, env } from '../support/product/migration.js';
import { attended, unattended } from '../support/product/spec.js';
import type { Point } from './points.js';
import { type Recording, withoutRun } from './recording.js';
import { openStage, type Stage, type Stagehands } from './stage.js';

/** Somewhat less than the transport's time limit. */
const clientMilliseconds = 28_000;
/** For as long as this it may be busy with that; then whatever differs stays. */
const restMilliseconds = 20_000;
const lookMilliseconds = 500;

/** A point did not end as it has to; the message says what differs. */
export class NotAsBefore extends Error {}

const back = { ...ada, acceptDataLoss: true };

/** Carries one point out, alone: its own product, run and workers. Throws NotAsBefore, or whatever went wrong; answers what limits its word. */
export async function carryOut(point: Point, recording: Recording, hands: Stagehands): Promise<readonly string[]> {
  if (point.row === 'cancel') return cancel(point, recording, hands);
  const goesBack = point.row === 'zombie' || point.row === 'reset';
  const stage = await openStage(point.id, goesBack ? attended : unattended, recording, hands);
  try {
    return await rows[point.row](stage, point, recording);
  } finally {
    await stage.close();
  }
}

/** A run that nobody disturbs, with the real worker: ends as the one in this process did. */
export async function carryOutUndisturbed(recording: Recording, hands: Stagehands): Promise<readonly string[]> {
  const stage = await openStage('undisturbed', unattended, recording, hands);
  try {
    await stage.spawn();
    await expectEnd(stage, recording);
    return [];
  } finally {
    await stage.close();
  }
}

/** The worker dies at the point; another one goes on. */
async function killed(stage: Stage, point: Point, recording: Recording): Promise<readonly string[]> {
  const hang = stage.standstill(point);
  const first = await stage.spawn();
  await reached(stage, hang.reached);
  await first.kill();
  await stage.spawn();
  await expectEnd(stage, recording);
  return [];
}

/** The worker freezes between its look and its write; the run is turned back by another one; then it wakes up. */
async function zombie(stage: Stage, point: Point, recording: Recording): Promise<readonly string[]> {
  const hang = stage.standstill(point);
  const first = await stage.spawn();
  await reached(stage, hang.reached);
  first.freeze();
  const frozenAt = Date.now();
  await stage.spawn();
  await goBack(stage);
  expectWorld('after the rollback', stage, recording.beginning);
  first.wake();
  // Its client gives a call up after 30 s, and an API server drops the call of a client that has gone.
  const isLate = Date.now() - frozenAt > clientMilliseconds;
  if (!isLate) hang.release();
  await expectWorldAtRest('after the frozen worker woke up', stage, recording.beginning);
  return isLate ? ['the rollback took so long that the frozen call was given up: on a faster machine it arrives late'] : [];
}

/** Somebody resets the run to the beginning of the step while it acts; later it is turned back. */
async function reset(stage: Stage, point: Point, recording: Recording): Promise<readonly string[]> {
  const hang = stage.standstill(point);
  await stage.spawn();
  await reached(stage, hang.reached);
  await resetTo(stage, point);
  hang.release();
  await goBack(stage);
  await expectWorldAtRest('after reset and rollback', stage, recording.beginning);
  return [];
}

/** In this process: no worker dies here. The run parks, and a person turns it back. */
async function cancel({ step }: Point, { beginning }: Recording, { play }: Stagehands): Promise<readonly string[]> {
  const { report, product } = await cancelDuring(step, play);
  if (report.phase !== 'RolledBack') throw new NotAsBefore(`the run ended as ${report.phase}`);
  expectWorld('after cancel and rollback', { product }, beginning);
  return [];
}

const rows = { before: killed, middle: killed, after: killed, zombie, reset } as const;

/** The point, or the end of a run that never came there. */
async function reached(stage: Stage, point: Promise<string>): Promise<void> {
  const ended = stage.run.result().then(
    ({ phase, cause }: Report) => `${phase}: ${cause ?? 'without a cause'}`,
    (error: unknown) => String(error instanceof Error ? (error.cause ?? error) : error),
  );
  const early = await Promise.race([point.then(() => undefined), ended]);
  if (early !== undefined) throw new NotAsBefore(`the run did not come to the point: ${early}`);
}

/** Whatever run of the workflow is the newest: a reset makes another one. */
const current = (stage: Stage) => env.client.workflow.getHandle(stage.run.workflowId);

async function goBack(stage: Stage): Promise<void> {
  const handle = current(stage);
  // A run that is over by now is taken back from its journal.
  const asked = await handle.executeUpdate(rollback, { args: [back] }).then(
    () => true,
    () => false,
  );
  const result: Report = asked ? await handle.result() : await takeBack(stage);
  if (result.phase !== 'RolledBack') throw new NotAsBefore(`the rollback ended as ${result.phase}`);
}

async function takeBack(stage: Stage): Promise<Report> {
  await current(stage).result();
  const { taskQueue } = await current(stage).describe();
  const request = { run: stage.run.firstExecutionRunId, ...back };
  return env.client.workflow.execute('rollback', { taskQueue, workflowId: `${stage.run.workflowId}/rollback`, args: [request] });
}

/** To the workflow task that began the step. */
async function resetTo(stage: Stage, { step }: Point): Promise<void> {
  const handle = current(stage);
  const { events } = await handle.fetchHistory();
  const capture = `capture${step.step.charAt(0).toUpperCase()}${step.step.slice(1)}`;
  const begun = events?.find(
    ({ activityTaskScheduledEventAttributes: scheduled }) => scheduled?.activityType?.name === capture && namesStep(scheduled, step.id),
  );
  const workflowTaskFinishEventId = begun?.activityTaskScheduledEventAttributes?.workflowTaskCompletedEventId;
  if (!workflowTaskFinishEventId) throw new Error(`no ${capture} of ${step.id} in the history`);
  await env.client.workflowService.resetWorkflowExecution({
    namespace: 'default',
    workflowExecution: { workflowId: stage.run.workflowId, runId: (await handle.describe()).runId },
    reason: 'somebody pressed Reset',
    requestId: `${stage.run.workflowId}-reset`,
    workflowTaskFinishEventId,
  });
}

function namesStep(
  { input }: { readonly input?: { readonly payloads?: readonly { readonly data?: Uint8Array | null }[] | null } | null },
  id: string,
): boolean {
  return (
    input?.payloads?.some(
      ({ data }) =>
        data &&
        Buffer.from(data)
          .toString()
          .includes(`"step":${JSON.stringify(id)}`),
    ) ?? false
  );
}

async function expectEnd(stage: Stage, recording: Recording): Promise<void> {
  const { phase, cause }: Report = await stage.run.result();
  if (phase !== 'Succeeded') throw new NotAsBefore(`the run ended as ${phase}: ${cause}`);
  expectWorld('at the end', stage, recording.end, recording.beginning);
}

/** Whoever finds itself superseded takes back what it did, and on a busy machine pauses meanwhile. */
async function expectWorldAtRest(when: string, stage: Stage, expected: World): Promise<void> {
  const until = Date.now() + restMilliseconds;
  for (;;) {
    await stage.untilQuiet();
    try {
      return expectWorld(when, stage, expected);
    } catch (error) {
      if (Date.now() > until) throw error;
      await sleep(lookMilliseconds);
    }
  }
}

function expectWorld(when: string, { product, run }: Pick<Stage, 'product'> & Partial<Pick<Stage, 'run'>>, expected: World, beginning = expected): void {
  const world = run ? withoutRun(product.world(), run.firstExecutionRunId, beginning) : product.world();
  const names = [...new Set([...Object.keys(world), ...Object.keys(expected)])].filter((name) => !isDeepStrictEqual(world[name], expected[name]));
  const differences = names.map((name) => `${name}: expected ${JSON.stringify(expected[name])}, found ${JSON.stringify(world[name])}`);
  const lost = product.lost().map((volume) => `the data of ${volume} is gone`);
  const orphans = product.orphans().map((orphan) => `${orphan} was left`);
  const all = [...differences, ...lost, ...orphans];
  if (all.length > 0) throw new NotAsBefore(`${when}: ${all.join('; ').slice(0, 3000)}`);
}
