import { WorkflowFailedError } from '@temporalio/client';
import { TerminatedFailure } from '@temporalio/common';
import type { FoundRun } from '../activities/runs/find-runs.js';
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
  const later = await Promise.all(afterwards.map((after) => laterReport(session, found, after)));
  return { workflowId: found.workflowId, report: later.flat().reduce(joined, report) };
}

async function ownReport(session: Session, { workflowId, run, open, lost, phase }: FoundRun): Promise<Report | undefined> {
  if (lost || phase === 'Terminated') return undefined;
  const { workflow } = session.client;
  try {
    return await session.soon(`look at ${workflowId}`, () =>
      open ? workflow.getHandle(workflowId).query<Report>('report') : workflow.getHandle(workflowId, run).result(),
    );
  } catch (error) {
    return orJournal(error, workflowId);
  }
}

/** The journal has the rest: of a run that was terminated, or that Temporal dropped in this moment. */
function orJournal(error: unknown, workflowId: string): undefined {
  if (error instanceof WorkflowFailedError && !(error.cause instanceof TerminatedFailure)) throw explainFailure(error, workflowId);
  if (error instanceof CliError && error.passing) throw error;
}

const afterwards = ['rollback', 'finalize'] as const;

interface Later {
  readonly id: (typeof afterwards)[number];
  readonly title: string;
  readonly report: Report;
}

/** What came after the run; only of the run's own. A finalize that was given up changed nothing. */
async function laterReport(session: Session, { workflowId, run, open }: FoundRun, id: Later['id']): Promise<readonly Later[]> {
  if (open) return [];
  const handle = session.client.workflow.getHandle<() => Promise<Report>>(`${workflowId}/${id}`);
  try {
    const report = await session.soon(`look at ${workflowId}/${id}`, async () => {
      const { status } = await handle.describe();
      return status.name === 'RUNNING' ? handle.query<Report>('report') : handle.result();
    });
    const changed = report.run === run && (id === 'rollback' || report.phase !== 'RolledBack');
    return changed ? [{ id, title: id === 'rollback' ? 'Rollback' : 'Finalize', report }] : [];
  } catch {
    // There was none, or it was refused, or Temporal dropped it: the run's own report stands.
    return [];
  }
}

/** CLI and API show a rollback and a finalize as phases of the run they go on with. */
function joined(report: Report, { id, title, report: after }: Later): Report {
  const states = new Map(after.steps.map((step) => [step.id, step.state]));
  const own = new Set(report.steps.map((step) => step.id));
  const seconds = secondsBetween(after.startedAt, after.endedAt);
  const ended = after.endedAt === undefined ? {} : { endedAt: after.endedAt };
  return {
    ...report,
    ...ended,
    ...waits(after),
    phase: after.phase,
    phases: [...report.phases, { id, title, startedAt: after.startedAt, ...ended, ...(seconds !== undefined && { seconds }) }],
    steps: [
      ...report.steps.map((step) => ({ ...step, state: states.get(step.id) ?? step.state })),
      ...after.steps.filter((step) => !own.has(step.id)).map((step) => ({ ...step, phase: title })),
    ],
    decisions: [...report.decisions, ...after.decisions],
  };
}

/** What waits now; a gate is approved by the later plan's hash. */
const waits = ({ question, gate, plan }: Report) => ({
  ...(question && { question }),
  ...(gate !== undefined && { gate }),
  ...(gate !== undefined && plan !== undefined && { plan }),
});
