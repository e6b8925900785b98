import { failure } from '../errors.js';
import type { Act } from '../model/act.js';
import type { MongoServerRef } from '../model/database-refs.js';
import type { Adapters } from './adapters.js';
import { endCopiers, runCopier } from './copier/copier-job.js';
import { credentialProblems } from './copier/database-problems.js';
import { resolveAddress } from './copier/resolve-credentials.js';
import { sourceOf } from './copier/source-of.js';

export interface VerifySourceStillInput {
  readonly server: MongoServerRef;
  /** Each with the step that copied it. */
  readonly databases: readonly { readonly name: string; readonly copyStep: string }[];
  readonly withinSeconds: number;
}

export interface UnchangedSource {
  readonly databases: readonly { readonly name: string; readonly documents: number }[];
}

/** Equal hashes at the copy and before the commit prove that nobody wrote to the source, fenced or not. */
export function verifySourceStill({ kube, journal, settings }: Pick<Adapters, 'kube' | 'journal' | 'settings'>) {
  return {
    async checkVerifySourceStill({ server }: VerifySourceStillInput): Promise<readonly string[]> {
      return credentialProblems(kube, server);
    },

    /** Nothing is changed, so there is nothing to go back to. */
    async captureVerifySourceStill(_: VerifySourceStillInput): Promise<null> {
      return null;
    },

    /** SourceChanged with the numbers of every database that differs from what was copied. */
    async verifySourceStill({ server, databases, withinSeconds }: VerifySourceStillInput, act: Act): Promise<UnchangedSource> {
      const copied = await Promise.all(databases.map(({ copyStep }) => sourceOf(journal, act.run, copyStep)));
      const at = await resolveAddress(kube, server);
      const { result } = await runCopier({ verb: 'hash', at, databases: databases.map(({ name }) => name) }, act, { kube, settings }, { withinSeconds });
      const changed = databases.flatMap(({ name }, index) => {
        const [then, now] = [copied[index], result.databases.find(({ database }) => database === name)];
        if (then && now && then.hash === now.hash && then.documents === now.documents) return [];
        return [
          `${name} held ${then?.documents} documents when it was copied and holds ${now?.documents ?? 0} now${then?.documents === now?.documents ? ', with other contents' : ''}`,
        ];
      });
      if (changed.length > 0) throw failure('SourceChanged', `${changed.join('; ')}: what was written since is not in the target`);
      return { databases: result.databases.map(({ database, documents }) => ({ name: database, documents })) };
    },

    /** Nothing was changed; a Job that still reads is ended. */
    async undoVerifySourceStill(_: null, act: Act): Promise<void> {
      await endCopiers({ kube }, act);
    },
  };
}
