import type { SeenWorkflow } from '../../adapters/temporal/temporal.js';
import { isAfterwards, workflowOfRun } from '../../model/afterwards.js';
import type { JournalEntry, JournalRecord } from '../../model/journal.js';
import { type Report, reportArtifact, runPhases } from '../../model/report.js';
import type { Adapters } from '../adapters.js';
import { findTrend } from './find-trend.js';
import type { FoundRun } from './found-run.js';
import { newestOfEach } from './newest-of-each.js';
import { fromRecord, tellRun } from './tell-run.js';

export type { FoundRun };

export interface FindRunsRequest {
  /** Only this one, by run id or workflow id, with its steps as the journal has them. */
  readonly run?: string;
}

/** Temporal lists newest first; older runs are found by their journal. */
const maxListed = 100;

/** Lists runs from Temporal's visibility and from the journals, or looks one up, however many have begun since. Reads only. */
export function findRuns({ temporal, journal }: Pick<Adapters, 'temporal' | 'journal'>) {
  const tell = tellRun({ temporal });
  const trendOf = findTrend({ temporal, journal });

  async function withJournal(found: FoundRun, record: JournalRecord | undefined): Promise<FoundRun> {
    if (!record) return found;
    const [kept, entries] = await Promise.all([journal.getArtifact(record.run, reportArtifact), journal.read(record.run)]);
    if (kept) return { ...found, journal: asItStandsNow(JSON.parse(Buffer.from(kept).toString()) as Report, record, entries) };
    const steps = entries.map(({ id, step, title, state, result }) => ({ id, step, title, phase: '', state, ...(result !== undefined && { result }) }));
    return { ...found, journal: { ...reportOf(record, found), steps } };
  }

  return {
    async findRuns({ run: wanted }: FindRunsRequest): Promise<readonly FoundRun[]> {
      const records = await journal.listRuns();
      const recordOf = (run: string) => records.find((record) => record.run === run);
      const listed = await (wanted === undefined ? temporal.list(maxListed) : temporal.about(recordOf(wanted)?.workflowId ?? wanted));
      // A refused run has no record: nothing can go on with it.
      const touched = ({ run, status }: SeenWorkflow) => status === 'RUNNING' || recordOf(run) !== undefined;
      const asked = ({ run, workflowId }: { readonly run: string; readonly workflowId: string }) => [undefined, run, workflowId].includes(wanted);
      const runs = newestOfEach(listed.filter(({ workflowId }) => !isAfterwards(workflowId)));
      const told = await Promise.all(runs.filter(asked).map((seen) => tell(seen, openAfter(seen, runs.filter(touched), listed), recordOf(seen.run))));
      const lost = records.filter((record) => asked(record) && runs.every(({ run }) => run !== record.run)).map(fromRecord);
      const found = [...told, ...lost].sort((a, b) => b.startedAt.localeCompare(a.startedAt));
      if (wanted === undefined) return found;
      const [first, ...older] = await Promise.all(found.map((each) => withJournal(each, recordOf(each.run))));
      if (first?.kind !== 'FailoverDrill') return first ? [first, ...older] : [];
      return [{ ...first, trend: await trendOf(first, records) }, ...older];
    },
  };
}

/** Rollback and finalize belong to the last run of their workflow id. */
export function openAfter({ run, workflowId }: SeenWorkflow, runs: readonly SeenWorkflow[], listed: readonly SeenWorkflow[]): SeenWorkflow | undefined {
  if (runs.find((each) => each.workflowId === workflowId)?.run !== run) return undefined;
  return listed.find((each) => each.status === 'RUNNING' && isAfterwards(each.workflowId) && workflowOfRun(each.workflowId) === workflowId);
}

/** A rollback may have come since. */
const asItStandsNow = (report: Report, { phase }: JournalRecord, entries: readonly JournalEntry[]): Report => ({
  ...report,
  phase: runPhases.find((each) => each === phase) ?? report.phase,
  steps: report.steps.map((step) => ({ ...step, state: entries.find(({ id }) => id === step.id)?.state ?? step.state })),
});

function reportOf({ run, kind, title, startedAt, committed, phase }: JournalRecord, found: FoundRun): Report {
  const terminated = found.phase === 'Terminated';
  const known = terminated ? 'Terminated' : (runPhases.find((each) => each === phase) ?? 'Running');
  const notes = terminated ? [endedInTheMiddle(run)] : ['Read from the journal in the cluster: its workflow was ended, or Temporal no longer knows it.'];
  return { run, kind, title, startedAt, committed, phase: known, phases: [], steps: [], checks: [], decisions: [], notes };
}

const endedInTheMiddle = (run: string) =>
  `Somebody terminated its workflow: everything stands where it was then, and the release stays locked. What it did is in its journal; take it back with rehelm rollback ${run}, or the workflow rollback with this run.`;
