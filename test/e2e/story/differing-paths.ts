import { isDeepStrictEqual } from 'node:util';

/** Under these a value may be a password; elsewhere a number or a short text helps who reads. */
const mayBeSecret = /(^|\.)(data|stringData|binaryData|env|args|command|annotations)(\.|\[|$)/;
const longest = 60;

/** Paths of the fields in which two objects differ, with both values where they may be shown. */
export function differingPaths(before: unknown, after: unknown, showsValues: boolean, path = ''): readonly string[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (isBranch(before) && isBranch(after) && Array.isArray(before) === Array.isArray(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return names.flatMap((name) => differingPaths(before[name], after[name], showsValues, joined(path, name, Array.isArray(before))));
  }
  return [showsValues && !mayBeSecret.test(path) ? `${path} (${shown(before)}, now ${shown(after)})` : path];
}

const isBranch = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;

function joined(path: string, name: string, inArray: boolean): string {
  if (inArray) return `${path}[${name}]`;
  return path === '' ? name : `${path}.${name}`;
}

function shown(value: unknown): string {
  if (value === undefined) return 'absent';
  const text = isBranch(value) ? 'an object' : JSON.stringify(value);
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}
