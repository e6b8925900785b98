import type { Secret } from '../../model/kube-object.js';

type Content = Pick<Secret, 'type' | 'data'>;

/** Names of keys whose values differ or that only one side has; `type` in brackets where the types differ. No values. */
export function differingKeys(a: Content, b: Content): readonly string[] {
  const [left, right] = [a.data ?? {}, b.data ?? {}];
  const keys = [...new Set([...Object.keys(left), ...Object.keys(right)])].filter((key) => left[key] !== right[key]);
  return (a.type ?? 'Opaque') === (b.type ?? 'Opaque') ? keys : [...keys, '(type)'];
}
