import { failure } from '../errors.js';
import type { Act } from '../model/act.js';
import type { DatabaseServerRef } from '../model/database-refs.js';
import type { Adapters } from './adapters.js';
import { endCopiers } from './copier/copier-job.js';
import type { AnyFenceCapture, Fenced } from './copier/database-engine.js';
import { credentialProblems } from './copier/database-problems.js';
import { engineOf } from './copier/engine-of.js';
import { asProblems } from './objects/as-problems.js';

export interface FenceDatabaseInput {
  readonly server: DatabaseServerRef;
  readonly databases: readonly string[];
  /** MongoDB: `name` or `name@database` of users who keep their rights; the copier's own always does. */
  readonly allowUsers?: readonly string[];
  /** MongoDB: `writeBlock` stops the writes of the whole server; `describeFence` names the other databases. Default: roles. */
  readonly prefer?: 'roles' | 'writeBlock';
}

/** Users with their exact roles; no secrets. */
export interface FenceDatabaseUndo {
  readonly server: DatabaseServerRef;
  readonly captured: AnyFenceCapture;
}

/** Shuts writers out of the source databases, so that what is copied is what there is. */
export function fenceDatabase({ kube, journal, settings }: Pick<Adapters, 'kube' | 'journal' | 'settings'>) {
  const part = { kube, settings };

  return {
    /** The administrator's credentials are there; and where the whole server is to be blocked, the copier's own user gets through. */
    async checkFenceDatabase({ server, databases, ...wish }: FenceDatabaseInput, act: Act): Promise<readonly string[]> {
      const problems = await credentialProblems(kube, server);
      if (problems.length > 0 || wish.prefer !== 'writeBlock') return problems;
      return asProblems(async () => {
        await engineOf(part, server).captureFence(databases, wish, act);
        return [];
      });
    },

    /** Reads who may write and with which roles. Changes nothing. */
    async captureFenceDatabase({ server, databases, ...wish }: FenceDatabaseInput, act: Act): Promise<FenceDatabaseUndo> {
      return { server, captured: await engineOf(part, server).captureFence(databases, wish, act) };
    },

    /** Takes the captured users' write rights, keeps connections out, or blocks writes. Safe to repeat. */
    async fenceDatabase({ server }: FenceDatabaseInput, act: Act): Promise<Fenced> {
      const entry = await journal.find(act.run, act.step);
      if (!entry) throw failure('NotFound', `${act.step} of run ${act.run} has no capture in the journal: what could not be given back is not taken`);
      return engineOf(part, server).fence((entry.captured as FenceDatabaseUndo).captured, act);
    },

    /** Gives back exactly what was taken. Safe to repeat, and safe if fenceDatabase never ran. */
    async undoFenceDatabase({ server, captured }: FenceDatabaseUndo, act: Act): Promise<void> {
      await endCopiers({ kube }, act);
      await engineOf(part, server).unfence(captured, act);
    },
  };
}
