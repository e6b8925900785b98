import type { LockHolder } from '../../adapters/journal/journal.js';
import { failure } from '../../errors.js';
import type { Act } from '../../model/act.js';
import type { JournalEntry, JournalRecord } from '../../model/journal.js';
import { type Report, reportArtifact, type Via } from '../../model/report.js';
import type { Adapters } from '../adapters.js';
import { fourEyesOf } from './four-eyes-of.js';
import { readRunRequest } from './read-run-request.js';
import { type SignedRequest, verifySigned } from './verify-signed.js';

/** What a rollback reads of the journal; what was captured stays in the cluster. */
export type BegunStep = Omit<JournalEntry, 'captured'>;

/** What a rollback begins with: whose it is, and the run it takes back. */
export interface OpenedRollback {
  readonly run: string;
  readonly title: string;
  readonly by: string;
  readonly reason: string;
  readonly via: Via;
  readonly epoch: number;
  /** Where four eyes are asked for. */
  readonly fourEyes?: { readonly started?: unknown };
  readonly heartbeatTimeoutSeconds: number;
}

/** The engine's own bookkeeping: locks, epoch, the run's record. Not steps: nothing of it is taken back. */
export function clerk({
  journal,
  locks,
  settings,
  temporal,
  requestFiles,
  apiKey,
}: Pick<Adapters, 'journal' | 'locks' | 'settings' | 'temporal' | 'requestFiles' | 'apiKey'>) {
  const verify = verifySigned({ apiKey });

  /** A run that can be taken back; NotFound, WrongMoment. */
  async function closedRecord(run: string): Promise<JournalRecord> {
    const record = await journal.getRecord(run);
    if (!record) throw failure('NotFound', `no run ${run} has a journal in this cluster`);
    if (await temporal.isOpen({ workflowId: record.workflowId, run }))
      throw failure('WrongMoment', `${record.title} is still open: send its workflow ${record.workflowId} the update rollback`);
    if (record.phase === 'Finalized') throw failure('WrongMoment', `${record.title} was finalized: what a rollback needs is gone`);
    return record;
  }

  return {
    /** A verb where four eyes are asked for. NotSigned where it is not another person than who started, or did not come through the API. */
    async verifySigned(request: SignedRequest): Promise<void> {
      await verify(request);
    },

    /** Takes every lock of the plan or none, before the first capture. RunInProgress names the holder. */
    async takeLocks({ run, holder, keys }: { readonly run: string; readonly holder: LockHolder; readonly keys: readonly string[] }): Promise<void> {
      await locks.take(run, holder, keys);
    },

    /** `revertible` once committed: backups and drills may run, the run can still be taken back. */
    async setLocks({ run, keys, state }: { readonly run: string; readonly keys: readonly string[]; readonly state: 'busy' | 'revertible' }): Promise<void> {
      await locks.setState(run, keys, state);
    },

    async releaseLocks({ run, keys }: { readonly run: string; readonly keys: readonly string[] }): Promise<void> {
      await locks.release(run, keys);
    },

    /** Shuts out every attempt of an older epoch. Safe to repeat with the same number. */
    async raiseEpoch({ run, atLeast }: { readonly run: string; readonly atLeast: number }): Promise<number> {
      return locks.raiseEpoch(run, atLeast);
    },

    async readEpoch({ run }: { readonly run: string }): Promise<number> {
      return locks.epoch(run);
    },

    /** What was begun, oldest first, without the captures. */
    async readJournal({ run }: { readonly run: string }): Promise<readonly BegunStep[]> {
      return (await journal.read(run)).map(({ captured: _, ...entry }) => entry);
    },

    /** A person passed a step over, or took a failed undo on. */
    async markStep({ act, state }: { readonly act: Act; readonly state: 'skipped' | 'left' }): Promise<void> {
      await journal.mark(act, state);
    },

    /** The end of a finalize: journal, captures and artifacts go, a record that says so stays. */
    async forgetRun({ run }: { readonly run: string }): Promise<void> {
      const record = await journal.getRecord(run);
      if (!record) return;
      await locks.release(run, record.locks);
      await requestFiles.release(run);
      await journal.drop(run);
      await journal.putRecord(run, { ...record, phase: 'Finalized', spec: {}, plan: {} });
    },

    /** With its report, once it is over: that is kept beside the record, as it was then. */
    async putRecord({ report, ...record }: JournalRecord & { readonly report?: Report }): Promise<void> {
      const { run } = record;
      if (report) await journal.putArtifact({ run, step: 'report', epoch: await locks.epoch(run) }, reportArtifact, Buffer.from(JSON.stringify(report)));
      await journal.putRecord(run, record);
    },

    /** Reads a rollback's request and the run it names. InvalidSpec for a request that names none, NotFound for a run without a journal. */
    async openRollback({ request }: { readonly request: unknown }): Promise<OpenedRollback> {
      const { run, by, reason, via, flag, signature } = readRunRequest(request);
      const record = await closedRecord(run);
      const fourEyes = fourEyesOf(record, settings);
      if (record.committed && record.phase !== 'RolledBack') {
        if (!flag('acceptDataLoss')) throw failure('WouldLoseData', `${record.title} is committed: what users wrote to the target since would be lost`);
        const signable = { workflowId: record.workflowId, run, verb: 'rollback', about: 'acceptDataLoss', plan: '', by } as const;
        if (fourEyes) await verify({ ...signable, signature, started: fourEyes.started });
      }
      await locks.take(run, { workflowId: `${record.workflowId}/rollback`, title: record.title, since: new Date().toISOString() }, record.locks);
      // From here on it works again: no drill beside it.
      await locks.setState(run, record.locks, 'busy');
      return {
        run,
        title: record.title,
        by,
        reason,
        via,
        epoch: await locks.epoch(run),
        heartbeatTimeoutSeconds: settings.heartbeatTimeoutSeconds,
        ...(fourEyes && { fourEyes }),
      };
    },

    /** Notes how the rollback ended; a complete one gives the locks back. */
    async closeRollback({ run, phase }: { readonly run: string; readonly phase: string }): Promise<void> {
      const record = await journal.getRecord(run);
      if (!record) return;
      await journal.putRecord(run, { ...record, phase, endedAt: new Date().toISOString() });
      if (phase === 'RolledBack') await locks.release(run, record.locks);
    },
  };
}
