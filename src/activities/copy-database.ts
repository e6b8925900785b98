import type { Act } from '../model/act.js';
import type { DatabaseInspection, ReadCollection } from '../model/copier.js';
import type { MongoServerRef } from '../model/database-refs.js';
import type { Adapters } from './adapters.js';
import { endCopiers, runCopier } from './copier/copier-job.js';
import { inspectDatabases } from './copier/database-problems.js';
import { resolveAddress } from './copier/resolve-credentials.js';
import { asProblems } from './objects/as-problems.js';

export interface CopyDatabaseInput {
  readonly server: MongoServerRef;
  readonly from: string;
  readonly to: string;
  /** Collections above this are cut into units of about this size. */
  readonly unitBytes?: number;
  /** Units copied side by side. */
  readonly connections?: number;
  readonly withinSeconds: number;
}

export interface CopyDatabaseUndo {
  readonly server: MongoServerRef;
  readonly to: string;
}

export interface CopiedDatabase {
  readonly documents: number;
  readonly bytes: number;
  readonly collections: number;
  /** What was read from the source while copying; hashes of 128 bits, hex. */
  readonly source: { readonly database: string; readonly documents: number; readonly hash: string; readonly collections: readonly ReadCollection[] };
  readonly seconds: number;
  readonly bytesCopiedTwice: number;
  /** Pods that were needed. */
  readonly attempts: number;
}

/** Guide, "Rename MongoDB Databases" 2: the database under its new name. */
export function copyDatabase({ kube, journal, settings }: Pick<Adapters, 'kube' | 'journal' | 'settings'>) {
  const part = { kube, settings };

  /** Did this run begin to fill it? Then it may hold something: the copy goes on where it was. */
  async function isOwn(to: string, { run }: Act): Promise<boolean> {
    return (await journal.read(run)).some(({ step, captured }) => step === 'copyDatabase' && (captured as CopyDatabaseUndo).to === to);
  }

  return {
    /** The source holds something and can be moved; the target is absent, empty, or this run's own. */
    async checkCopyDatabase({ server, from, to }: CopyDatabaseInput, act: Act): Promise<readonly string[]> {
      if (from === to) return [`source and target are the same database, ${from}`];
      return asProblems(async () => {
        const [source, target] = await inspectDatabases(part, server, [from, to], act);
        return [...sourceProblems(from, source), ...((await isOwn(to, act)) ? [] : targetProblems(to, target))];
      });
    },

    /** Names the database that an undo drops, if the copier's notes on the server say that this run made it. Changes nothing. */
    async captureCopyDatabase({ server, to }: CopyDatabaseInput): Promise<CopyDatabaseUndo> {
      return { server, to };
    },

    /** Copies by way of a Job. Safe to repeat: what has a marker is not read again. TargetNotEmpty where the target holds what this run did not write. */
    async copyDatabase({ server, from, to, unitBytes, connections, withinSeconds }: CopyDatabaseInput, act: Act): Promise<CopiedDatabase> {
      const at = await resolveAddress(kube, server);
      const size = { ...(unitBytes !== undefined && { unitBytes }), ...(connections !== undefined && { connections }) };
      const request = { verb: 'copy', at, run: act.run, epoch: act.epoch, step: act.step, from, to, ...size } as const;
      const { result, attempts } = await runCopier(request, act, part, { withinSeconds });
      const { database, documents, bytes, hash, collections } = result.source;
      return {
        documents,
        bytes,
        collections: collections.length,
        source: { database, documents, hash, collections: collections.map(asRead) },
        seconds: result.seconds,
        bytesCopiedTwice: result.accounting.bytesCopiedTwice,
        attempts,
      };
    },

    /** Ends the copy and drops what it wrote; a database that this run did not make is left alone. Safe to repeat, and safe if copyDatabase never ran. */
    async undoCopyDatabase({ server, to }: CopyDatabaseUndo, act: Act): Promise<void> {
      await endCopiers({ kube }, act);
      const at = await resolveAddress(kube, server);
      // The drop raises the run's epoch on the server first: a copier that was given up and lives on writes nothing more.
      await runCopier({ verb: 'drop', at, run: act.run, epoch: act.epoch, database: to }, act, part);
    },
  };
}

const asRead = ({ name, documents, bytes, hash }: ReadCollection): ReadCollection => ({ name, documents, bytes, hash });

function sourceProblems(from: string, source: DatabaseInspection | undefined): readonly string[] {
  if (!source?.exists) return [`database ${from} is not there`];
  return source.problems.map((problem) => `database ${from} cannot be copied: ${problem}`);
}

function targetProblems(to: string, target: DatabaseInspection | undefined): readonly string[] {
  const { collections = [], documents = 0 } = target ?? {};
  return collections.length === 0 ? [] : [`database ${to} holds ${collections.length} collections with ${documents} documents already: drop or rename it`];
}
