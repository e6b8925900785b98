import type { RedisServer } from './redis.js';

/** Of `name:value`; titles of sections begin with `#`. */
function readInfo(info: string): ReadonlyMap<string, string> {
  const lines = info.split(/\r?\n/).filter((line) => line.includes(':'));
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]));
}

const isMode = (mode: string | undefined): mode is 'cluster' | 'sentinel' => mode === 'cluster' || mode === 'sentinel';

/** Only where memory is limited, and no key is safe. */
function evictionOf(said: ReadonlyMap<string, string>): Pick<RedisServer, 'evicts'> {
  const policy = said.get('maxmemory_policy') ?? 'noeviction';
  return Number(said.get('maxmemory') ?? 0) > 0 && policy.startsWith('allkeys-') ? { evicts: policy } : {};
}

/** What INFO tells of a server. */
export function describeInfo(info: string): RedisServer {
  const said = readInfo(info);
  const mode = said.get('redis_mode');
  const isValkey = said.get('server_name') === 'valkey';
  return {
    make: isValkey ? 'Valkey' : 'Redis',
    version: said.get('redis_version') ?? 'of an unknown version',
    ...(isValkey && { valkeyVersion: said.get('valkey_version') ?? 'of an unknown version' }),
    mode: isMode(mode) ? mode : 'standalone',
    ...(said.get('role') === 'slave' && { replicaOf: `${said.get('master_host')}:${said.get('master_port')}` }),
    ...evictionOf(said),
  };
}
