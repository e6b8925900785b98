type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

/** RFC 7386: null removes a key, objects merge, everything else (lists too) replaces. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isFields(patch)) return patch;
  const result: Record<string, unknown> = isFields(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else if (value !== undefined) result[key] = mergePatch(result[key], value);
  }
  return result;
}

/** The leaves of a patch, for a line that people read: `replicas=0 annotations.a=b`. */
export function showPatch(patch: unknown, secret: boolean): string {
  const skipped = new Set(['metadata.resourceVersion', 'metadata.uid']);
  return leaves(patch, [])
    .filter(([path]) => !skipped.has(path.join('.')))
    .map(([path, value]) => `${short(path)}=${secret && path[0]?.endsWith('ata') && path[0] !== 'metadata' ? '…' : showValue(value)}`)
    .join(' ');
}

function leaves(value: unknown, path: readonly string[]): [readonly string[], unknown][] {
  if (!isFields(value) || Object.keys(value).length === 0) return [[path, value]];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]));
}

const short = (path: readonly string[]): string => (path.length > 1 && ['spec', 'metadata'].includes(path[0] ?? '') ? path.slice(1) : path).join('.');

const maxValue = 60;
function showValue(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > maxValue ? `${text.slice(0, maxValue)}…` : text;
}
