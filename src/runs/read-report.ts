import { type Client, WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { FoundRun } from '../activities/runs/find-runs.js';
import { failure, isFailure } from '../errors.js';
import { type Afterwards, afterwards } from '../model/afterwards.js';
import type { Report } from '../model/report.js';
import { secondsBetween } from '../model/seconds-between.js';
import { failureOf } from './failure-of.js';
import { isPassing } from './is-passing.js';
import type { RunReport } from './runs.js';
import type { TemporalCalls } from './temporal-calls.js';

interface Way {
  readonly client: Client;
  readonly calls: TemporalCalls;
}

/** The run's own report, with what a later rollback or finalize did to it; from the journal where Temporal no longer has it. */
export async function readReport(way: Way, found: FoundRun): Promise<RunReport> {
  const report = (await ownReport(way, found)) ?? found.journal;
  if (!report) throw failure('Terminated', `${found.workflowId} was ${found.phase.toLowerCase()} before it kept a report`);
  const later = await Promise.all(afterwards.map((after) => laterReport(way, found, after)));
  const { workflowId, trend } = found;
  return { workflowId, report: { ...later.flat().reduce(joined, report), ...(trend && trend.length > 0 && { trend }) } };
}

async function ownReport({ client, calls }: Way, { workflowId, run, open, lost, phase }: FoundRun): Promise<Report | undefined> {
  if (lost || phase === 'Terminated') return undefined;
  const result = () => calls.soon(`look at ${workflowId}`, () => client.workflow.getHandle(workflowId, run).result());
  try {
    return await (open ? calls.query<Report>(workflowId, 'report') : result());
  } catch (error) {
    return carriedBy(error) ?? orJournal(error, workflowId);
  }
}

/** A drill that is not green ends as a failure, with its report in the details. */
function carriedBy(error: unknown): Report | undefined {
  const cause = error instanceof WorkflowFailedError ? error.cause : undefined;
  const detail: unknown = cause instanceof ApplicationFailure ? cause.details?.[0] : undefined;
  return typeof detail === 'object' && detail !== null && 'report' in detail ? (detail.report as Report) : undefined;
}

/** The journal has the rest: of a run that was terminated, or that Temporal dropped in this moment. */
function orJournal(error: unknown, workflowId: string): undefined {
  const told = failureOf(error, workflowId);
  if (isPassing(told) || (error instanceof WorkflowFailedError && !isFailure(told, 'Terminated'))) throw told;
}

export interface Later {
  readonly id: Afterwards;
  readonly title: string;
  readonly report: Report;
}

/** What came after the run; only of the run's own. A finalize that was given up changed nothing. */
async function laterReport({ client, calls }: Way, { workflowId, run, open }: FoundRun, id: Later['id']): Promise<readonly Later[]> {
  if (open) return [];
  const handle = client.workflow.getHandle<() => Promise<Report>>(`${workflowId}/${id}`);
  try {
    const look = <T>(act: () => Promise<T>) => calls.soon(`look at ${workflowId}/${id}`, act);
    const { status } = await look(() => handle.describe());
    const report = status.name === 'RUNNING' ? await calls.query<Report>(`${workflowId}/${id}`, 'report') : await look(() => handle.result());
    const changed = report.run === run && (id === 'rollback' || report.phase !== 'RolledBack');
    return changed ? [{ id, title: id === 'rollback' ? 'Rollback' : 'Finalize', report }] : [];
  } catch (error) {
    if (isPassing(error)) throw error;
    // There was none, or it was refused, or Temporal dropped it: the run's own report stands.
    return [];
  }
}

/** CLI and API show a rollback and a finalize as phases of the run they go on with. */
export function joined(report: Report, { id, title, report: after }: Later): Report {
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
