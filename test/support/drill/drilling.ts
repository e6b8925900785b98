import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { createClusterJournal } from '../../../src/adapters/journal/cluster-journal.js';
import { createClusterLocks } from '../../../src/adapters/journal/cluster-locks.js';
import type { JournalRecord } from '../../../src/model/journal.js';
import type { Report } from '../../../src/model/report.js';
import { approve, report } from '../../../src/workflows/engine/messages.js';
import { createFakeHelm } from '../fake-cluster/fake-helm.js';
import { type Around, activitiesOver } from '../product/migration.js';
import { atWork, type Run } from '../shared-worker.js';
import { nodeOffDrill, orders } from './orders.js';
import { PlayedDrill } from './played-drill.js';

export interface DrillScene {
  readonly played?: PlayedDrill;
  readonly spec?: object;
  readonly around?: Around;
  readonly maxCachedWorkflows?: number;
}

export interface Drilling {
  readonly run: Run;
  readonly played: PlayedDrill;
  /** Takes the run back from its journal, as a workflow of its own. */
  takeBack(): Promise<Report>;
}

/** Starts a drill and lets the test meet it, with a worker at its side. */
export async function drill(scene: DrillScene, body: (drilling: Drilling) => Promise<void>): Promise<void> {
  const { played = new PlayedDrill(orders), spec = nodeOffDrill, around, maxCachedWorkflows = 10 } = scene;
  const { fake } = played;
  await atWork({ activities: activitiesOver({ fake, helm: createFakeHelm(fake, {}) }, around), maxCachedWorkflows }, async (workplace) => {
    const run = await workplace.start('failoverDrill', 'run', spec);
    const takeBack = async () => (await workplace.start('rollback', 'rollback', { run: run.firstExecutionRunId, by: 'ada', reason: 'a look back' })).result();
    await body({ run, played, takeBack });
  });
}

const sleep = (milliseconds: number) => new Promise((next) => setTimeout(next, milliseconds));

export async function reaches(run: Run, phase: Report['phase']): Promise<Report> {
  for (;;) {
    const seen = await run.query(report);
    if (seen.phase === phase) return seen;
    await sleep(20);
  }
}

/** Ada has seen the plan. */
export async function approved(run: Run): Promise<void> {
  const { plan = '' } = await reaches(run, 'AwaitingApproval');
  await run.executeUpdate(approve, { args: [{ by: 'ada', gate: 'start', plan }] });
}

/** How the workflow failed, with the report that it carries. */
export async function failureOf(run: Run): Promise<{ readonly type: string; readonly message: string; readonly report: Report | undefined }> {
  try {
    await run.result();
  } catch (error) {
    if (!(error instanceof WorkflowFailedError) || !(error.cause instanceof ApplicationFailure)) throw error;
    const { type, message, details } = error.cause;
    return { type: type ?? '', message, report: (details?.[0] as { readonly report?: Report } | undefined)?.report };
  }
  throw new Error('the drill completed');
}

/** What the cluster remembers of the run, and the locks of it that are still held. */
export async function remembered({
  played: { fake },
  run,
}: Drilling): Promise<{ readonly record: JournalRecord | undefined; readonly held: readonly string[] }> {
  const locks = createClusterLocks(fake);
  const record = await createClusterJournal(fake, locks).getRecord(run.firstExecutionRunId);
  const held = await Promise.all((record?.locks ?? []).map(async (key) => ((await locks.holder(key)) ? [key] : [])));
  return { record, held: held.flat() };
}
