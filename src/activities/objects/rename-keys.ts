import type { Secret } from '../../model/kube-object.js';
import { showRef } from '../../model/refs.js';
import { coreRef } from './namespaced-name.js';
import type { Replaced } from './replace-text.js';

/** The Secret's data (Base64) under other keys. A problem where a key is missing, or where two would have one name; it tells no value. */
export function renameKeys({ metadata: { namespace = '', name }, data = {} }: Secret, keys: Readonly<Record<string, string>>): Replaced {
  const shown = showRef(coreRef('Secret', { namespace, name }));
  const missing = Object.keys(keys).filter((key) => data[key] === undefined);
  if (missing.length > 0) return { problem: `${shown} has no key ${missing.join(', ')}` };
  const renamed = Object.entries(data).map(([key, value]) => [keys[key] ?? key, value] as const);
  const twice = renamed.map(([key]) => key).filter((key, index, all) => all.indexOf(key) < index);
  return twice.length > 0 ? { problem: `${shown} would have two values under ${twice.join(', ')}` } : { data: Object.fromEntries(renamed) };
}
