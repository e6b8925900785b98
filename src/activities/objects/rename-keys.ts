import type { Secret } from '../../model/kube-object.js';
import { showRef } from '../../model/refs.js';
import { coreRef } from './namespaced-name.js';
import type { Replaced } from './replace-text.js';

/** The value of `from` stands under `to` instead; several may have the value of one. */
export interface RenamedKey {
  readonly from: string;
  readonly to: string;
}

/** The Secret's data (Base64) under other keys; those that nobody names keep theirs. A problem where a key is missing, or the new one is there; it tells no value. */
export function renameKeys({ metadata: { namespace = '', name }, data = {} }: Secret, keys: readonly RenamedKey[]): Replaced {
  const shown = showRef(coreRef('Secret', { namespace, name }));
  const former = new Set(keys.map(({ from }) => from));
  const missing = [...former].filter((key) => data[key] === undefined);
  if (missing.length > 0) return { problem: `${shown} has no key ${missing.join(', ')}` };
  const others = Object.entries(data).filter(([key]) => !former.has(key));
  const taken = others.map(([key]) => key).filter((key) => keys.some(({ to }) => to === key));
  if (taken.length > 0) return { problem: `${shown} has a value under ${taken.join(', ')} already` };
  return { data: Object.fromEntries([...others, ...keys.map(({ from, to }) => [to, data[from] ?? ''])]) };
}
