import type { Report } from '../../src/model/report.js';
import { stepsOf } from './planned-step.js';
import type { Point, Recording } from './points.js';
import type { Scene } from './scene.js';
import { endState, missesBeginning, missesEnd, type State } from './state.js';

/** What all runs of a suite share. */
export interface Suite {
  readonly scene: Scene;
  /** Where nobody is asked and what fails goes back at once, and where whoever is asked answers. */
  readonly specs: { readonly unattended: string; readonly attended: string };
  /** What every rollback has to bring back. */
  readonly beginning: State;
}

/** What the undisturbed run and its rollback did, and where the run ended. */
export interface Undisturbed {
  readonly recording: Recording;
  readonly end: State;
}

/** A run or its rollback did not end as it has to; the message says what differs. */
export class NotAsBefore extends Error {}

/** Nobody disturbs: the expected end, and the writes of which the points are made. */
export async function recordUndisturbed({ scene, specs, beginning }: Suite): Promise<Undisturbed> {
  const { striker } = scene;
  striker.arm([]);
  await scene.run(specs.unattended);
  const { run } = await expectPhase(scene, scene.runId, 'Succeeded');
  const { plan } = await scene.plan();
  const end = await endState(scene, beginning, run);
  await rollBackWhole(scene);
  const recording = { steps: stepsOf(plan), writes: [...striker.log.writes] };
  striker.log.clear();
  refuse(named('after the undisturbed rollback', await missesBeginning(scene, beginning)));
  return { recording, end };
}

/** One run that is killed at all the points, each as it comes, and its rollback. */
export async function carryRound({ scene, specs, beginning }: Suite, { end }: Undisturbed, points: readonly Point[]): Promise<void> {
  const { striker } = scene;
  striker.arm(points);
  await scene.run(specs.unattended);
  const { run } = await expectPhase(scene, scene.runId, 'Succeeded');
  const differing = await missesEnd(scene, end, beginning, run);
  await rollBackWhole(scene);
  striker.log.clear();
  refuse([...named('at the end', differing), ...named('after the rollback', await missesBeginning(scene, beginning))]);
}

/** After an undisturbed end or a disturbed one: a workflow of its own, from the journal alone. */
async function rollBackWhole(scene: Scene): Promise<void> {
  await scene.rollBack();
  await expectPhase(scene, scene.rollbackId, 'RolledBack');
}

export async function expectPhase(scene: Scene, workflowId: string, expected: Report['phase']): Promise<Report> {
  const report = await scene.toEnd(workflowId);
  if (report.phase !== expected) throw new NotAsBefore(`${workflowId} ended as ${report.phase}: ${report.cause ?? 'without a cause'}`);
  return report;
}

/** So many characters of a message are read. */
const longest = 3000;

export const named = (when: string, differing: readonly string[]): readonly string[] => differing.map((difference) => `${when}: ${difference}`);

export function refuse(differing: readonly string[]): void {
  if (differing.length > 0) throw new NotAsBefore(differing.join('; ').slice(0, longest));
}
