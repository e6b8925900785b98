import type { Secret } from '../../model/kube-object.js';
import { showRef } from '../../model/refs.js';

/** Every occurrence of `from` in the value under `key` becomes `to`. Both stand in the plan: they are no secrets. */
export interface Replacement {
  readonly key: string;
  readonly from: string;
  readonly to: string;
}

export type Replaced = { readonly data: Readonly<Record<string, string>> } | { readonly problem: string };

/** The Secret's data (Base64) with the text replaced. A problem where key or text is missing; it tells no value. */
export function replaceText({ apiVersion, kind, metadata, data = {} }: Secret, replacement: Replacement | undefined): Replaced {
  if (!replacement) return { data };
  const { key, from, to } = replacement;
  const name = showRef({ apiVersion, kind, name: metadata.name, ...(metadata.namespace !== undefined && { namespace: metadata.namespace }) });
  const value = data[key];
  if (value === undefined) return { problem: `${name} has no key ${key}` };
  // Byte for byte: a value may be anything, and latin1 is the encoding in which every byte is one character.
  const text = Buffer.from(value, 'base64').toString('latin1');
  if (from === '' || !text.includes(bytes(from))) return { problem: `${key} of ${name} does not contain the text ${JSON.stringify(from)}` };
  return { data: { ...data, [key]: Buffer.from(text.split(bytes(from)).join(bytes(to)), 'latin1').toString('base64') } };
}

const bytes = (text: string): string => Buffer.from(text).toString('latin1');
