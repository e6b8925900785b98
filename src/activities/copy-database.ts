import { isDeepStrictEqual } from 'node:util';
import type { Act } from '../model/act.js';
import type { CopyCheck } from '../model/copier-requests.js';
import type { DatabaseServerRef } from '../model/database-refs.js';
import { sourceGuard } from '../model/schema/database-copy.js';
import { lackOfSpace } from '../model/space.js';
import type { Adapters } from './adapters.js';
import { endCopiers } from './copier/copier-job.js';
import type { CopiedDatabase, CopyOrder, FoundDatabase } from './copier/database-engine.js';
import { isYetToCome } from './copier/database-problems.js';
import { engineOf } from './copier/engine-of.js';
import { isTakenAway } from './copier/taken-away.js';
import { asProblems } from './objects/as-problems.js';

export interface CopyDatabaseInput extends CopyOrder {
  /** The target. */
  readonly server: DatabaseServerRef;
}

export interface CopyDatabaseUndo {
  readonly server: DatabaseServerRef;
  readonly to: string;
}

/** Guide, "Rename MongoDB Databases" 2: the database under its new name; or on another server. */
export function copyDatabase({ kube, journal, settings }: Pick<Adapters, 'kube' | 'journal' | 'settings'>) {
  const part = { kube, settings };

  /** Did this run begin to fill it? Then it may hold something: the copy goes on where it was. */
  async function isOwn(to: string, { run }: Act): Promise<boolean> {
    return (await journal.read(run)).some(({ step, captured }) => step === 'copyDatabase' && (captured as CopyDatabaseUndo).to === to);
  }

  async function inspectBoth({ server, source, from, to }: Required<Pick<CopyDatabaseInput, 'server' | 'source' | 'from' | 'to'>>, act: Act) {
    const target = engineOf(part, server);
    if (isDeepStrictEqual(source, server)) return (await target.inspect([from, to], act)).databases;
    const left = isYetToCome(source) ? undefined : await engineOf(part, source).inspect([from], act);
    const right = isYetToCome(server) ? undefined : await target.inspect([to], act);
    return [left?.databases[0], right?.databases[0]];
  }

  return {
    /** As far as the servers are there by now: the source holds something and can be moved; the target's server can take it, and the target is absent, empty, or this run's own. */
    async checkCopyDatabase({ server, source = server, from, to, guard }: CopyDatabaseInput, act: Act): Promise<readonly string[]> {
      if (guard !== undefined && !sourceGuard.safeParse(guard).success) return ['guard is off, or some of replyMs, waitingSessions, standbyLagSeconds'];
      if (from === to && isDeepStrictEqual(source, server)) return [`source and target are the same database, ${from}`];
      return asProblems(async () => {
        const [left, right] = await inspectBoth({ server, source, from, to }, act);
        const ofSource = isYetToCome(source) ? [] : sourceProblems(from, left);
        // What an earlier attempt of the run has copied takes its room already.
        if (await isOwn(to, act)) return ofSource;
        const refused = left?.exists && right ? targetRefusals(await engineOf(part, server).checkCopy({ source, databases: [{ from, to }] }, act)) : [];
        return [...ofSource, ...targetProblems(to, right), ...refused];
      });
    },

    /** Names the database that an undo drops, if the copier's notes on the server say that this run made it. Changes nothing. */
    async captureCopyDatabase({ server, to }: CopyDatabaseInput): Promise<CopyDatabaseUndo> {
      return { server, to };
    },

    /** Copies by way of a Job. Safe to repeat: what has a marker is not read again. TargetNotEmpty where the target holds what this run did not write. */
    async copyDatabase({ server, ...order }: CopyDatabaseInput, act: Act): Promise<CopiedDatabase> {
      return engineOf(part, server).copy(order, act);
    },

    /** Ends the copy and drops what it wrote; a database that this run did not make is left alone. Safe to repeat, and safe if copyDatabase never ran. */
    async undoCopyDatabase({ server, to }: CopyDatabaseUndo, act: Act): Promise<void> {
      await endCopiers({ kube }, act);
      if (await isTakenAway(kube, server)) return;
      // The drop raises the run's epoch on the server first: a copier that was given up and lives on writes nothing more.
      await engineOf(part, server).drop(to, act);
    },
  };
}

function sourceProblems(from: string, source: FoundDatabase | undefined): readonly string[] {
  if (!source?.exists) return [`database ${from} is not there`];
  return source.problems.map((problem) => cannotBeCopied(from, problem));
}

const targetProblems = (to: string, target: FoundDatabase | undefined): readonly string[] =>
  target?.holds === undefined ? [] : [`database ${to} holds ${target.holds} already: drop or rename it`];

const targetRefusals = ({ databases }: CopyCheck): readonly string[] =>
  databases.flatMap(({ from, problems, space }) => [...problems, ...lackOfSpace(space)].map((problem) => cannotBeCopied(from, problem)));

const cannotBeCopied = (from: string, problem: string): string => `database ${from} cannot be copied: ${problem}`;
