import type { SeenWorkflow } from '../../adapters/temporal/temporal.js';
import { isAfterwards, workflowOfRun } from '../../model/afterwards.js';
import type { JournalRecord } from '../../model/journal.js';
import { type Report, runPhases } from '../../model/report.js';
import { namespacesOf } from '../../model/scope.js';
import type { Adapters } from '../adapters.js';

export interface FindRunsRequest {
  /** Only this one, by run id or workflow id, with its steps as the journal has them. */
  readonly run?: string;
}

/** A run as Temporal and the journal together know it. */
export interface FoundRun {
  readonly run: string;
  readonly workflowId: string;
  /** `KustomizeToHelm` */
  readonly kind: string;
  readonly title: string;
  /** A RunPhase; `Refused` for a run that closed before it touched anything, `Terminated` for one that somebody ended. */
  readonly phase: string;
  readonly startedAt: string;
  /** Its own workflow is open. */
  readonly open: boolean;
  /** A later workflow that works on the run now: its rollback, its finalize. */
  readonly openAfter?: string;
  readonly committed: boolean;
  readonly waitingFor?: string;
  /** Those that its spec names; absent where nobody knows any more, or not yet. */
  readonly namespaces?: readonly string[];
  /** Temporal no longer knows it: a rollback works from the journal. */
  readonly lost?: true;
  /** Of the run that was asked for, from its journal. */
  readonly journal?: Report;
}

/** Temporal lists newest first; older runs are found by their journal. */
const maxListed = 100;

/** Lists runs from Temporal's visibility and from the journals, or looks one up. Reads only. */
export function findRuns({ temporal, journal }: Pick<Adapters, 'temporal' | 'journal'>) {
  /** What the workflow says of itself, where neither the search attributes nor a record does. */
  async function ask(asked: SeenWorkflow | undefined, run: string): Promise<Report | undefined> {
    if (!asked || asked.phase !== undefined) return undefined;
    const report = await temporal.report(asked.workflowId);
    // Temporal answers for the newest run of a workflow id.
    return report?.run === run ? report : undefined;
  }

  async function tell(seen: SeenWorkflow, after: SeenWorkflow | undefined, record: JournalRecord | undefined): Promise<FoundRun> {
    const open = seen.status === 'RUNNING';
    const now = after ?? (open ? seen : undefined);
    const report = await ask(now ?? untold(seen, record), seen.run);
    const waitingFor = now && waitsFor(now, report);
    return {
      ...{ run: seen.run, workflowId: seen.workflowId, startedAt: seen.startedAt, open },
      ...namesOf(seen, record, report),
      phase: now ? openPhase(now, report, record) : closedPhase(seen, record, report),
      ...(after && { openAfter: after.workflowId }),
      ...(waitingFor !== undefined && { waitingFor }),
      ...scopeOf(record, seen),
    };
  }

  async function withJournal(found: FoundRun, record: JournalRecord | undefined): Promise<FoundRun> {
    if (!record) return found;
    const entries = await journal.read(record.run);
    const steps = entries.map(({ id, step, title, state, result }) => ({ id, step, title, phase: '', state, ...(result !== undefined && { result }) }));
    return { ...found, journal: { ...reportOf(record, found), steps } };
  }

  return {
    async findRuns({ run: wanted }: FindRunsRequest): Promise<readonly FoundRun[]> {
      const [listed, records] = await Promise.all([temporal.list(maxListed), journal.listRuns()]);
      const recordOf = (run: string) => records.find((record) => record.run === run);
      // A refused run has no record: nothing can go on with it.
      const touched = ({ run, status }: SeenWorkflow) => status === 'RUNNING' || recordOf(run) !== undefined;
      const asked = ({ run, workflowId }: { readonly run: string; readonly workflowId: string }) => [undefined, run, workflowId].includes(wanted);
      const runs = newestOfEach(listed.filter(({ workflowId }) => !isAfterwards(workflowId)));
      const told = await Promise.all(runs.filter(asked).map((seen) => tell(seen, openAfter(seen, runs.filter(touched), listed), recordOf(seen.run))));
      const lost = records.filter((record) => asked(record) && runs.every(({ run }) => run !== record.run)).map(fromRecord);
      const found = [...told, ...lost].sort((a, b) => b.startedAt.localeCompare(a.startedAt));
      return wanted === undefined ? found : Promise.all(found.map((each) => withJournal(each, recordOf(each.run))));
    },
  };
}

function scopeOf(record: JournalRecord | undefined, seen: SeenWorkflow): Pick<FoundRun, 'namespaces'> {
  const namespaces = record ? namespacesOf(record.spec) : seen.namespaces;
  return namespaces ? { namespaces } : {};
}

/** Given up before it touched anything: only the workflow itself knows how it ended. */
const untold = (seen: SeenWorkflow, record: JournalRecord | undefined) => (record === undefined && seen.status === 'COMPLETED' ? seen : undefined);

/** A Reset lists a run twice: the newest execution counts. */
const newestOfEach = (listed: readonly SeenWorkflow[]) => listed.filter(({ run }, index) => listed.findIndex((each) => each.run === run) === index);

/** Rollback and finalize belong to the last run of their workflow id. */
function openAfter({ run, workflowId }: SeenWorkflow, runs: readonly SeenWorkflow[], listed: readonly SeenWorkflow[]): SeenWorkflow | undefined {
  if (runs.find((each) => each.workflowId === workflowId)?.run !== run) return undefined;
  return listed.find((each) => each.status === 'RUNNING' && isAfterwards(each.workflowId) && workflowOfRun(each.workflowId) === workflowId);
}

const fromRecord = ({ run, workflowId, kind, title, phase, startedAt, committed, spec }: JournalRecord): FoundRun => ({
  ...{ run, workflowId, kind, title, phase, startedAt, committed, namespaces: namespacesOf(spec) },
  open: false,
  lost: true,
});

function reportOf({ run, kind, title, startedAt, committed, phase }: JournalRecord, found: FoundRun): Report {
  const terminated = found.phase === 'Terminated';
  const known = terminated ? 'Terminated' : (runPhases.find((each) => each === phase) ?? 'Running');
  const notes = terminated ? [endedInTheMiddle(run)] : ['Read from the journal in the cluster: its workflow was ended, or Temporal no longer knows it.'];
  return { run, kind, title, startedAt, committed, phase: known, phases: [], steps: [], checks: [], decisions: [], notes };
}

const endedInTheMiddle = (run: string) =>
  `Somebody terminated its workflow: everything stands where it was then, and the release stays locked. What it did is in its journal; take it back with rehelm rollback ${run}, or the workflow rollback with this run.`;

const ended: readonly Report['phase'][] = ['Succeeded', 'RolledBack', 'RollbackIncomplete', 'Finalized'];

function namesOf({ type, workflowId }: SeenWorkflow, record: JournalRecord | undefined, report: Report | undefined) {
  const known = record ?? report;
  return { kind: record?.kind ?? report?.kind ?? kindOf(type), title: known?.title ?? workflowId, committed: known?.committed ?? false };
}

/** Workflows are named after their kinds: `kustomizeToHelm`. */
const kindOf = (type: string): string => type.charAt(0).toUpperCase() + type.slice(1);

const openPhase = ({ phase }: SeenWorkflow, report: Report | undefined, record: JournalRecord | undefined): string =>
  phase ?? report?.phase ?? record?.phase ?? 'Running';

/** `decision`, `approval`, or nothing. */
function waitsFor({ waitingFor }: SeenWorkflow, report: Report | undefined): string | undefined {
  if (waitingFor !== undefined) return waitingFor === 'nothing' ? undefined : waitingFor;
  if (report?.question) return 'decision';
  return report?.gate === undefined ? undefined : 'approval';
}

function closedPhase({ status, phase }: SeenWorkflow, record: JournalRecord | undefined, report: Report | undefined): string {
  const told = record?.phase ?? phase ?? report?.phase;
  if (told !== undefined && ended.some((each) => each === told)) return told;
  if (status === 'TERMINATED') return 'Terminated';
  if (status === 'FAILED') return 'Refused';
  return told ?? 'Ended';
}
