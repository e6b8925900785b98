import type { Act } from '../model/act.js';
import { counted } from '../model/counted.js';
import type { PostgresServerRef } from '../model/database-refs.js';
import type { Adapters } from './adapters.js';
import { endCopiers, runCopier } from './copier/copier-job.js';
import { resolvePostgres } from './copier/resolve-credentials.js';
import { until } from './objects/until.js';

export interface VerifyStandbysInput {
  /** All members: whichever of them is the primary is asked. */
  readonly primary: PostgresServerRef;
  readonly standbys: number;
  /** A write that comes through shows that it leads to the primary. */
  readonly pooler?: { readonly server: PostgresServerRef; readonly database: string };
  /** How long they may take to clone the primary and to catch up. */
  readonly withinSeconds: number;
}

/** A Job looks for so long before it answers; below what a short step's Job may take. */
const waitSeconds = 60;

/** Guide 003: PostgreSQL-HA is one only once the standbys hold what the primary holds, and the way in leads to the primary. */
export function verifyStandbys({ kube, settings }: Pick<Adapters, 'kube' | 'settings'>) {
  async function look({ primary, standbys, pooler }: VerifyStandbysInput, act: Act) {
    const at = await resolvePostgres(kube, primary);
    const through = pooler && { at: await resolvePostgres(kube, pooler.server), database: pooler.database };
    const request = { engine: 'postgresql', verb: 'awaitStandbys', at, standbys, ...(through && { pooler: through }), waitSeconds } as const;
    return (await runCopier(request, act, { kube, settings })).result;
  }

  return {
    /** Nothing is changed, so there is nothing to go back to. */
    async captureVerifyStandbys(_: VerifyStandbysInput): Promise<null> {
      return null;
    },

    /** Waits until as many stream and have replayed what the primary has written, and answers their names; TimedOut with what is missing. */
    async verifyStandbys(input: VerifyStandbysInput, act: Act): Promise<{ readonly standbys: readonly string[] }> {
      let standbys: readonly string[] = [];
      await until(input.withinSeconds, `${counted(input.standbys, 'standby')} to follow`, async () => {
        const { following, missing } = await look(input, act);
        standbys = following;
        return missing.length === 0 ? 'yes' : { notYet: missing.join('; ') };
      });
      return { standbys };
    },

    /** Nothing was changed; a Job that still looks is ended. */
    async undoVerifyStandbys(_: null, act: Act): Promise<void> {
      await endCopiers({ kube }, act);
    },
  };
}
