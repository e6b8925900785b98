import type { RedisServer } from '../../adapters/redis/redis.js';
import { failure } from '../../errors.js';
import type { RedisAddress } from '../../model/copier-redis.js';

/** Before it a server replicates scripts by their text, which may come to something else on a replica. */
const oldest = 5;

/** `Redis 7.0.15` */
export const showRedis = ({ make, version, valkeyVersion }: RedisServer): string => `${make} ${valkeyVersion ?? version}`;

/** RedisUnfit where keys cannot be set aside on it, with the reason. */
export function requireMaster(server: RedisServer, { host, port = 6379 }: RedisAddress): void {
  const reason = unfit(server);
  if (reason) throw failure('RedisUnfit', `${host}:${port} ${reason}`);
}

function unfit(server: RedisServer): string | undefined {
  const { mode, replicaOf, version } = server;
  if (mode === 'sentinel') return 'is a Sentinel, which keeps no keys: name the Service of the master that it watches';
  if (mode === 'cluster') return 'is a node of a Redis Cluster, where a key cannot be renamed out of its slot: clusters are not supported';
  if (replicaOf !== undefined) return `is a replica, and takes no writes: name the Service of its master, ${replicaOf}`;
  if (Number(version.split('.')[0]) < oldest) return `is ${showRedis(server)}, and keys are set aside on Redis ${oldest}.0 or newer`;
  return undefined;
}

/** What a reader should know of it. */
export const notesOf = ({ evicts }: RedisServer): readonly string[] =>
  evicts === undefined
    ? []
    : [`Redis evicts keys when its memory is full (${evicts}): what is set aside may be gone, as any key of the product may, before it is put back.`];
