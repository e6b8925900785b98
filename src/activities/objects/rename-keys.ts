import type { Secret } from '../../model/kube-object.js';
import { showRef } from '../../model/refs.js';
import { coreRef } from './namespaced-name.js';
import type { Replaced } from './replace-text.js';

/** The Secret's data (Base64) with new keys in place of old ones: `keys` says of each new one whose value it has. A problem where an old one is missing or a new one is there; it tells no value. */
export function renameKeys({ metadata: { namespace = '', name }, data = {} }: Secret, keys: Readonly<Record<string, string>>): Replaced {
  const shown = showRef(coreRef('Secret', { namespace, name }));
  const former = new Set(Object.values(keys));
  const missing = [...former].filter((key) => data[key] === undefined);
  if (missing.length > 0) return { problem: `${shown} has no key ${missing.join(', ')}` };
  const others = Object.entries(data).filter(([key]) => !former.has(key));
  const taken = others.map(([key]) => key).filter((key) => key in keys);
  if (taken.length > 0) return { problem: `${shown} has a value under ${taken.join(', ')} already` };
  return { data: Object.fromEntries([...others, ...Object.entries(keys).map(([key, old]) => [key, data[old] ?? ''])]) };
}
