import { workflowInfo } from '@temporalio/workflow';
import type { JournalRecord } from '../../model/journal.js';
import type { Prepared } from '../../model/policy.js';
import type { Report, RunPhase } from '../../model/report.js';
import { clerk } from './clerk.js';
import { orClose } from './or-close.js';

export interface Recorded {
  readonly run: string;
  readonly kind: string;
  readonly startedAt: string;
  /** Ends another run, whose record stays as it was until it is forgotten. */
  readonly finalizes: boolean;
}

/** What the cluster holds of a run beside its steps: locks, epoch, record. */
export class RunRecord {
  readonly #of: Recorded;
  #prepared: Prepared | undefined;
  #fourEyes: Pick<JournalRecord, 'fourEyes'> | undefined;
  #epoch = 1;

  constructor(of: Recorded) {
    this.#of = of;
  }

  /** Raised when the run goes back: whoever writes with an older one is refused. */
  get epoch(): number {
    return this.#epoch;
  }

  /** The locks are taken; before that nothing was touched. */
  get isOpen(): boolean {
    return this.#prepared !== undefined;
  }

  async open(prepared: Prepared, fourEyes: { readonly started: unknown } | undefined): Promise<void> {
    const { run, startedAt } = this.#of;
    const { locks: keys, title } = prepared.shown.plan;
    await orClose(clerk.takeLocks({ run, keys, holder: { workflowId: workflowInfo().workflowId, title, since: startedAt } }));
    this.#prepared = prepared;
    this.#fourEyes = fourEyes && { fourEyes: { started: fourEyes.started } };
    this.#epoch = await clerk.readEpoch({ run });
  }

  async raiseEpoch(): Promise<void> {
    this.#epoch = await clerk.raiseEpoch({ run: this.#of.run, atLeast: this.#epoch + 1 });
  }

  async write(phase: RunPhase, committed: boolean): Promise<void> {
    await this.#put(phase, committed);
  }

  async #put(phase: RunPhase, committed: boolean, report?: Report): Promise<void> {
    const { run, kind, startedAt, finalizes } = this.#of;
    if (finalizes) return;
    const { spec, shown } = this.#prepared!;
    const { workflowId } = workflowInfo();
    const { plan } = shown;
    await clerk.putRecord({
      run,
      workflowId,
      kind,
      title: plan.title,
      startedAt,
      phase,
      committed,
      locks: plan.locks,
      spec,
      plan,
      ...this.#fourEyes,
      ...(report && { report, ...(report.endedAt !== undefined && { endedAt: report.endedAt }) }),
    });
  }

  /** The report is kept with the run: it outlives the workflow. */
  async close(report: Report): Promise<void> {
    if (!this.#prepared) return;
    const { phase, committed } = report;
    const { run } = this.#of;
    const { locks: keys, leavesNothing } = this.#prepared.shown.plan;
    const isOver = phase === 'RolledBack' || (phase === 'Succeeded' && leavesNothing);
    if (isOver) await clerk.releaseLocks({ run, keys });
    if (phase === 'Succeeded' && !leavesNothing) await clerk.setLocks({ run, keys, state: 'revertible' });
    if (phase === 'Finalized') await clerk.forgetRun({ run });
    else await this.#put(phase, committed, report);
  }
}
