import type { Act } from '../model/act.js';
import type { CountedKeys, RedisKeysWish, RedisResults } from '../model/copier-redis.js';
import type { RedisServerRef } from '../model/database-refs.js';
import { keyProblems } from '../model/redis-keys.js';
import type { Adapters } from './adapters.js';
import { askServer } from './copier/ask-server.js';
import { endCopiers, runCopier } from './copier/copier-job.js';
import { resolveRedis } from './copier/resolve-credentials.js';

export interface DeleteRedisKeysInput extends RedisKeysWish {
  readonly server: RedisServerRef;
}

export interface DeleteRedisKeysUndo {
  readonly server: RedisServerRef;
}

/** Keys that a guide has deleted, by pattern: renamed on the server to names of the run, value, type and time to live with them, until the finalize. */
export function deleteRedisKeys({ kube, settings }: Pick<Adapters, 'kube' | 'settings'>) {
  const part = { kube, settings };

  async function countKeys({ server, patterns }: DeleteRedisKeysInput, act: Act): Promise<CountedKeys> {
    const request = { engine: 'redis', verb: 'count', at: await resolveRedis(kube, server), patterns } as const;
    return (await runCopier(request, act, part, { subject: JSON.stringify([server, patterns]) })).result;
  }

  return {
    /** The server can be reached and written to, and as many keys match as are meant; of one that a step of the run starts nothing is known yet. */
    async checkDeleteRedisKeys(input: DeleteRedisKeysInput, act: Act): Promise<readonly string[]> {
      if (input.server.servedBy !== undefined) return [];
      const { answer, obstacle } = { answer: undefined, ...(await askServer(() => countKeys(input, act))) };
      if (!answer) return [`${obstacle}`];
      const { tooFew, tooMany } = keyProblems(answer, input);
      return [...tooMany, ...tooFew];
    },

    /**
     * Asks the server first: one that cannot be reached or used ends the step before it has begun, and a rollback has nothing to ask it for. Which keys were set
     * aside is told by their names there. Changes nothing.
     */
    async captureDeleteRedisKeys(input: DeleteRedisKeysInput, act: Act): Promise<DeleteRedisKeysUndo> {
      await countKeys(input, act);
      return { server: input.server };
    },

    /** TooFewKeys or TooManyKeys with the numbers, before any is touched. Safe to repeat: what an earlier attempt set aside counts. */
    async deleteRedisKeys({ server, patterns, atLeast, atMost }: DeleteRedisKeysInput, act: Act): Promise<RedisResults['setAside']> {
      const { run, epoch, step } = act;
      const at = await resolveRedis(kube, server);
      return (await runCopier({ engine: 'redis', verb: 'setAside', at, run, epoch, step, patterns, atLeast, atMost }, act, part)).result;
    },

    /**
     * They have their names again. One that the product has made anew under such a name is renamed in its turn, and kept for a month. Safe to repeat, and safe
     * if deleteRedisKeys never ran.
     */
    async undoDeleteRedisKeys({ server }: DeleteRedisKeysUndo, act: Act): Promise<void> {
      await endCopiers({ kube }, act);
      const { run, epoch, step } = act;
      await runCopier({ engine: 'redis', verb: 'putBack', at: await resolveRedis(kube, server), run, epoch, step }, act, part);
    },
  };
}
