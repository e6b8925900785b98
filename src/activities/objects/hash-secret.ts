import { createHmac } from 'node:crypto';
import type { Secret } from '../../model/kube-object.js';

/** Tells two secrets apart, and their keys, without telling a value. */
export interface SecretHash {
  readonly keys: readonly string[];
  /** Of type and data together, 128 bits of an HMAC, hex. */
  readonly hash: string;
  /** Of each key's value, likewise, in the order of the keys. Not by name: what redacts would take a hash under `password` for one. */
  readonly hashes: readonly string[];
}

/** Hashes a Secret under the run's key. */
export function hashSecret(key: Uint8Array, { type = 'Opaque', data = {} }: Pick<Secret, 'type' | 'data'>): SecretHash {
  const mac = (...parts: readonly string[]) => createHmac('sha256', key).update(JSON.stringify(parts)).digest('hex').slice(0, 32);
  const entries = Object.entries(data).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    keys: entries.map(([name]) => name),
    hash: mac('secret', type, ...entries.flat()),
    hashes: entries.map(([name, value]) => mac('value', name, value)),
  };
}
