import { CancellationScope, setCurrentDetails, setHandler } from '@temporalio/workflow';
import type { Report, RunPhase, StepReport } from '../model/report.js';
import { Chronicle } from './engine/chronicle.js';
import { clerk } from './engine/clerk.js';
import { Desk } from './engine/desk.js';
import { details } from './engine/details.js';
import { FourEyes } from './engine/four-eyes.js';
import { events, readAfter, report } from './engine/messages.js';
import { orClose } from './engine/or-close.js';
import { rollBack } from './engine/roll-back.js';
import { StepCalls } from './engine/steps.js';

export interface RollbackRequest {
  /** The run's id, as its report and `rehelm status` show it. */
  readonly run: string;
  readonly by: string;
  readonly reason: string;
  /** Users have written to the target since the commit; what they wrote is lost. */
  readonly acceptDataLoss?: boolean;
}

const now = () => new Date().toISOString();

/** Takes a finished, terminated or lost run back from its journal alone. Can be repeated: what is undone stays undone, what was left is tried again. */
export async function rollback(request: unknown): Promise<Report> {
  const startedAt = now();
  const steps = new Map<string, StepReport>();
  let phase: RunPhase = 'RollingBack';
  let title = 'Rollback';
  let endedAt: string | undefined;
  const state = (): Report => ({
    run: typeof request === 'object' && request !== null && 'run' in request ? String(request.run) : '',
    kind: 'Rollback',
    title,
    phase: desk.question ? 'Parked' : phase,
    startedAt,
    phases: [],
    steps: [...steps.values()],
    checks: [],
    decisions: desk.decisions,
    notes: [],
    committed: false,
    ...(endedAt !== undefined && { endedAt }),
    ...(desk.question && { question: desk.question }),
  });
  const chronicle = new Chronicle();
  const show = () => {
    const now = state();
    chronicle.see(now);
    setCurrentDetails(details(now));
  };
  let fourEyes: { readonly run: string; readonly started: unknown } | undefined;
  const desk = new Desk(show, new FourEyes(() => fourEyes));
  setHandler(report, state);
  setHandler(events, (asked) => chronicle.after(readAfter(asked)));
  show();
  return CancellationScope.nonCancellable(async () => {
    const opened = await orClose(clerk.openRollback({ request }));
    title = `Rollback of ${opened.title}`;
    const { run, by, via, reason } = opened;
    fourEyes = opened.fourEyes && { run, started: opened.fourEyes.started };
    desk.record({ question: 'rollback', by, via, choice: 'rollback', reason });
    const epoch = await clerk.raiseEpoch({ run, atLeast: opened.epoch + 1 });
    const begun = await clerk.readJournal({ run });
    for (const { id, step, title: stepTitle, state: was } of begun) steps.set(id, { id, step, title: stepTitle, phase: '', state: was });
    const left = await rollBack({
      run,
      epoch,
      calls: new StepCalls(() => opened.heartbeatTimeoutSeconds),
      desk,
      seen: (entry, became) => {
        steps.set(entry.id, { ...steps.get(entry.id)!, state: became });
        show();
      },
    });
    phase = left.length === 0 ? 'RolledBack' : 'RollbackIncomplete';
    await clerk.closeRollback({ run, phase });
    endedAt = now();
    show();
    return state();
  });
}
