import type { SeenWorkflow } from '../../adapters/temporal/temporal.js';
import { closedPhase, kindOfWorkflow } from '../../model/closed-phase.js';
import { isStartedBy } from '../../model/four-eyes.js';
import type { JournalRecord } from '../../model/journal.js';
import type { Report } from '../../model/report.js';
import { namespacesOf } from '../../model/scope.js';
import type { Adapters } from '../adapters.js';
import type { FoundRun } from './found-run.js';

/** What is known of a run from its workflow, from the one that goes on with it, and from its record. */
export type TellRun = (seen: SeenWorkflow, after: SeenWorkflow | undefined, record: JournalRecord | undefined) => Promise<FoundRun>;

export function tellRun({ temporal }: Pick<Adapters, 'temporal'>): TellRun {
  /** What the workflow says of itself, where neither the search attributes nor a record does. */
  async function ask(asked: SeenWorkflow | undefined, run: string): Promise<Report | undefined> {
    if (!asked || asked.phase !== undefined) return undefined;
    const report = await temporal.report(asked.workflowId);
    // Temporal answers for the newest run of a workflow id.
    return report?.run === run ? report : undefined;
  }

  return async (seen, after, record) => {
    const open = seen.status === 'RUNNING';
    const now = after ?? (open ? seen : undefined);
    const report = await ask(now ?? untold(seen, record), seen.run);
    const waitingFor = now && waitsFor(now, report);
    return {
      ...{ run: seen.run, workflowId: seen.workflowId, startedAt: seen.startedAt, open },
      ...namesOf(seen, record, report),
      phase: now ? openPhase(now, report, record) : howItEnded(seen, record, report),
      ...(after && { openAfter: after.workflowId }),
      ...(waitingFor !== undefined && { waitingFor }),
      ...scopeOf(record, seen),
    };
  };
}

/** A run that Temporal has forgotten. */
export const fromRecord = ({ run, workflowId, kind, title, phase, startedAt, committed, spec, fourEyes }: JournalRecord): FoundRun => ({
  ...{ run, workflowId, kind, title, phase, startedAt, committed, namespaces: namespacesOf(spec) },
  open: false,
  lost: true,
  ...(isStartedBy(fourEyes?.started) && { startedBy: fourEyes.started }),
});

function scopeOf(record: JournalRecord | undefined, seen: SeenWorkflow): Pick<FoundRun, 'namespaces'> {
  const namespaces = record ? namespacesOf(record.spec) : seen.namespaces;
  return namespaces ? { namespaces } : {};
}

/** Given up before it touched anything: only the workflow itself knows how it ended. */
const untold = (seen: SeenWorkflow, record: JournalRecord | undefined) => (record === undefined && seen.status === 'COMPLETED' ? seen : undefined);

function namesOf({ type, workflowId }: SeenWorkflow, record: JournalRecord | undefined, report: Report | undefined) {
  const known = record ?? report;
  return { kind: record?.kind ?? report?.kind ?? kindOfWorkflow(type), title: known?.title ?? workflowId, committed: known?.committed ?? false };
}

const openPhase = ({ phase }: SeenWorkflow, report: Report | undefined, record: JournalRecord | undefined): string =>
  phase ?? report?.phase ?? record?.phase ?? 'Running';

/** `decision`, `approval`, or nothing. */
function waitsFor({ waitingFor }: SeenWorkflow, report: Report | undefined): string | undefined {
  if (waitingFor !== undefined) return waitingFor === 'nothing' ? undefined : waitingFor;
  if (report?.question) return 'decision';
  return report?.gate === undefined ? undefined : 'approval';
}

function howItEnded({ status, phase }: SeenWorkflow, record: JournalRecord | undefined, report: Report | undefined): string {
  const told = record?.phase ?? phase ?? report?.phase;
  return closedPhase(told, status) ?? told ?? 'Ended';
}
