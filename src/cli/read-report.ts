import { WorkflowFailedError } from '@temporalio/client';
import type { FoundRun } from '../activities/find-runs.js';
import type { Report } from '../model/report.js';
import { CliError } from './cli-error.js';
import { findRun } from './look-up.js';
import { explainFailure } from './outcome.js';
import { secondsBetween } from './render/words.js';
import type { Session } from './session.js';

export interface RunReport {
  readonly workflowId: string;
  readonly report: Report;
}

/** The run's own report, with what a later rollback or finalize did to it; from the journal where Temporal no longer has it. */
export async function readReport(session: Session, name: string): Promise<RunReport> {
  const found = await findRun(session, name);
  const report = (await ownReport(session, found)) ?? found.journal;
  if (!report) throw new CliError(`${found.workflowId} was ${found.phase.toLowerCase()} before it kept a report`);
  const after = await laterReport(session, found);
  return { workflowId: found.workflowId, report: after ? joined(report, after) : report };
}

async function ownReport(session: Session, { workflowId, run, open, lost, phase }: FoundRun): Promise<Report | undefined> {
  if (lost || phase === 'Terminated') return undefined;
  const { workflow } = session.client;
  try {
    return await session.soon(`look at ${workflowId}`, () =>
      open ? workflow.getHandle(workflowId).query<Report>('report') : workflow.getHandle(workflowId, run).result(),
    );
  } catch (error) {
    if (error instanceof WorkflowFailedError) throw explainFailure(error, workflowId);
    // Temporal may have dropped it in this moment; the journal has it.
    if (error instanceof CliError && error.passing) throw error;
    return undefined;
  }
}

/** Of the rollback that came after the run; only of the run's own. */
async function laterReport(session: Session, { workflowId, run, open }: FoundRun): Promise<Report | undefined> {
  if (open) return undefined;
  const handle = session.client.workflow.getHandle<() => Promise<Report>>(`${workflowId}/rollback`);
  try {
    const report = await session.soon(`look at ${workflowId}/rollback`, async () => {
      const { status } = await handle.describe();
      return status.name === 'RUNNING' ? handle.query<Report>('report') : handle.result();
    });
    return report.run === run ? report : undefined;
  } catch {
    // There was none, or it was refused, or Temporal dropped it: the run's own report stands.
    return undefined;
  }
}

/** CLI and API show a rollback as a phase of the run that it takes back. */
function joined(report: Report, after: Report): Report {
  const later = new Map(after.steps.map((step) => [step.id, step.state]));
  const seconds = secondsBetween(after.startedAt, after.endedAt);
  const ended = after.endedAt === undefined ? {} : { endedAt: after.endedAt };
  return {
    ...report,
    ...ended,
    phase: after.phase,
    phases: [...report.phases, { id: 'rollback', title: 'Rollback', startedAt: after.startedAt, ...ended, ...(seconds !== undefined && { seconds }) }],
    steps: report.steps.map((step) => ({ ...step, state: later.get(step.id) ?? step.state })),
    decisions: [...report.decisions, ...after.decisions],
    ...(after.question && { question: after.question }),
  };
}
