import { isDeepStrictEqual } from 'node:util';
import { failure } from '../errors.js';
import type { Act } from '../model/act.js';
import type { DatabaseServerRef } from '../model/database-refs.js';
import type { WorkloadRef } from '../model/refs.js';
import type { Adapters } from './adapters.js';
import { endCopiers } from './copier/copier-job.js';
import type { StillDatabase } from './copier/database-engine.js';
import { credentialProblems } from './copier/database-problems.js';
import { engineOf } from './copier/engine-of.js';
import { sourceOf } from './copier/source-of.js';
import { type LookAtSource, lookAtSource } from './objects/awake-source.js';
import { until } from './objects/until.js';

export interface VerifySourceStillInput {
  /** Where the source is. */
  readonly server: DatabaseServerRef;
  /** Workloads that the run has stopped: none of them may run. */
  readonly workloads: readonly WorkloadRef[];
  /** Each with the step that copied it. */
  readonly databases: readonly { readonly name: string; readonly copyStep: string }[];
  /** An earlier step like this one. Its proof is good enough while it is younger than this many seconds and nobody has touched a workload since. */
  readonly proof?: { readonly step: string; readonly freshSeconds: number };
  readonly withinSeconds: number;
}

export interface UnchangedSource {
  /** When it was proved, ISO 8601. */
  readonly at: string;
  readonly generations: LookAtSource['generations'];
  readonly databases: readonly StillDatabase[];
}

/** Of a workload that somebody started and stopped again, in seconds. */
const endSeconds = 120;

/** Equal readings at the copy and before the commit prove that nobody wrote to the source, fenced or not. */
export function verifySourceStill({ kube, journal, settings }: Pick<Adapters, 'kube' | 'journal' | 'settings'>) {
  async function requireAsleep(workloads: readonly WorkloadRef[]): Promise<LookAtSource['generations']> {
    let seen: LookAtSource['generations'] = {};
    await until(endSeconds, 'the last pods of the source to end', async () => {
      const { awake, ending, generations } = await lookAtSource(kube, workloads);
      if (awake.length > 0) throw failure('SourceAwake', `${awake.join('; ')}: what it writes is in no copy`);
      seen = generations;
      return ending.length === 0 ? 'yes' : { notYet: ending.join('; ') };
    });
    return seen;
  }

  async function freshProof({ proof }: VerifySourceStillInput, { run }: Act, generations: LookAtSource['generations']): Promise<UnchangedSource | undefined> {
    if (!proof) return undefined;
    const proved = (await journal.find(run, proof.step))?.result as UnchangedSource | undefined;
    const isFresh = proved && Date.now() - Date.parse(proved.at) < proof.freshSeconds * 1000 && isDeepStrictEqual(proved.generations, generations);
    return isFresh ? proved : undefined;
  }

  async function requireSame({ server, databases, withinSeconds }: VerifySourceStillInput, act: Act): Promise<UnchangedSource['databases']> {
    const proofs = await Promise.all(databases.map(({ copyStep }) => sourceOf(journal, act.run, copyStep)));
    const { changed, databases: now } = await engineOf({ kube, settings }, server).changedSince(proofs, act, withinSeconds);
    if (changed.length > 0) throw failure('SourceChanged', `${changed.join('; ')}: what was written since is not in the target`);
    return now;
  }

  return {
    async checkVerifySourceStill({ server }: VerifySourceStillInput): Promise<readonly string[]> {
      return credentialProblems(kube, server);
    },

    /** Nothing is changed, so there is nothing to go back to. */
    async captureVerifySourceStill(_: VerifySourceStillInput): Promise<null> {
      return null;
    },

    /** SourceAwake names workloads that run; SourceChanged tells the numbers of every database that differs from what was copied. */
    async verifySourceStill(input: VerifySourceStillInput, act: Act): Promise<UnchangedSource> {
      const before = await requireAsleep(input.workloads);
      const proved = await freshProof(input, act, before);
      if (proved) return proved;
      const at = new Date().toISOString();
      const databases = await requireSame(input, act);
      return { at, generations: await requireAsleep(input.workloads), databases };
    },

    /** Nothing was changed; a Job that still reads is ended. */
    async undoVerifySourceStill(_: null, act: Act): Promise<void> {
      await endCopiers({ kube }, act);
    },
  };
}
