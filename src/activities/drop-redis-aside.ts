import { failure } from '../errors.js';
import type { Act } from '../model/act.js';
import type { RedisResults } from '../model/copier-redis.js';
import type { RedisServerRef } from '../model/database-refs.js';
import type { Adapters } from './adapters.js';
import { runCopier } from './copier/copier-job.js';
import { resolveRedis } from './copier/resolve-credentials.js';
import { asProblems } from './objects/as-problems.js';

export interface DropRedisAsideInput {
  readonly server: RedisServerRef;
}

/**
 * At the finalize only: the keys that the run has set aside on a server. Irreversible: they were to be deleted from the beginning, were kept for as long as
 * the spec says, and a person approves; a copy elsewhere would take their values off the server.
 */
export function dropRedisAside({ kube, settings }: Pick<Adapters, 'kube' | 'settings'>) {
  return {
    async checkDropRedisAside({ server }: DropRedisAsideInput): Promise<readonly string[]> {
      return asProblems(async () => {
        await resolveRedis(kube, server);
        return [];
      });
    },

    async captureDropRedisAside({ server: { host } }: DropRedisAsideInput): Promise<{ readonly irreversible: string }> {
      return { irreversible: `keys that were set aside on ${host} were deleted by a finalize, which a person approved` };
    },

    /** Only what this run has set aside, in this database of the server. Safe to repeat. */
    async dropRedisAside({ server }: DropRedisAsideInput, act: Act): Promise<RedisResults['dropAside']> {
      const { run, epoch } = act;
      return (await runCopier({ engine: 'redis', verb: 'dropAside', at: await resolveRedis(kube, server), run, epoch }, act, { kube, settings })).result;
    },

    async undoDropRedisAside({ irreversible }: { readonly irreversible: string }): Promise<void> {
      throw failure('WouldLoseData', irreversible);
    },
  };
}
