import { failure } from '../errors.js';
import type { Act } from '../model/act.js';
import type { FenceCapture } from '../model/copier.js';
import type { MongoServerRef } from '../model/database-refs.js';
import type { Adapters } from './adapters.js';
import { endCopiers, runCopier } from './copier/copier-job.js';
import { credentialProblems } from './copier/database-problems.js';
import { resolveAddress } from './copier/resolve-credentials.js';

export interface FenceDatabaseInput {
  readonly server: MongoServerRef;
  readonly databases: readonly string[];
  /** `name` or `name@database` of users who keep their rights; the copier's own always does. */
  readonly allowUsers?: readonly string[];
  /** `writeBlock` stops the writes of the whole server. Default: roles. */
  readonly prefer?: 'roles' | 'writeBlock';
}

/** Users with their exact roles; no secrets. */
export interface FenceDatabaseUndo {
  readonly server: MongoServerRef;
  readonly captured: FenceCapture;
}

export interface FencedDatabase {
  /** none: the server can neither take rights away nor block writes; equal hashes are the only proof. */
  readonly method: FenceCapture['method'];
  /** Who can still write. */
  readonly holes: readonly string[];
}

/** Shuts writers out of the source databases, so that what is copied is what there is. */
export function fenceDatabase({ kube, journal, settings }: Pick<Adapters, 'kube' | 'journal' | 'settings'>) {
  const part = { kube, settings };

  return {
    /** The administrator's credentials are there. */
    async checkFenceDatabase({ server }: FenceDatabaseInput): Promise<readonly string[]> {
      return credentialProblems(kube, server);
    },

    /** Reads who may write and with which roles. Changes nothing. */
    async captureFenceDatabase({ server, databases, allowUsers = [], prefer }: FenceDatabaseInput, act: Act): Promise<FenceDatabaseUndo> {
      const at = await resolveAddress(kube, server);
      const subject = JSON.stringify([server, databases]);
      const { result } = await runCopier({ verb: 'captureFence', at, databases, allowUsers, ...(prefer && { prefer }) }, act, part, {
        subject,
      });
      return { server, captured: result };
    },

    /** Takes the captured users' write rights, or blocks writes. Safe to repeat. */
    async fenceDatabase({ server }: FenceDatabaseInput, act: Act): Promise<FencedDatabase> {
      const entry = await journal.find(act.run, act.step);
      if (!entry) throw failure('NotFound', `${act.step} of run ${act.run} has no capture in the journal: roles that could not be given back are not taken`);
      const { captured } = entry.captured as FenceDatabaseUndo;
      if (captured.method === 'none') return { method: 'none', holes: captured.holes };
      const at = await resolveAddress(kube, server);
      const { result } = await runCopier({ verb: 'fence', at, run: act.run, epoch: act.epoch, captured }, act, part);
      return { method: result.method, holes: result.holes };
    },

    /** Gives the exact roles back. Safe to repeat, and safe if fenceDatabase never ran. */
    async undoFenceDatabase({ server, captured }: FenceDatabaseUndo, act: Act): Promise<void> {
      await endCopiers({ kube }, act);
      if (captured.method === 'none') return;
      const at = await resolveAddress(kube, server);
      await runCopier({ verb: 'unfence', at, run: act.run, epoch: act.epoch, captured }, act, part);
    },
  };
}
