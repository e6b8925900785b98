import { createHash } from 'node:crypto';

/** Count and order-independent hash of a set of things. `hash`: the sum of 128 bits of every member's SHA-256. A sum, as XOR would cancel equal pairs. */
export type SetFingerprint = { readonly count: number; readonly hash: string };
export type CollectionFingerprint = SetFingerprint & { readonly indexes: readonly string[] };

/** All of the product's data in a few numbers; by database, volume and Redis server. */
export type Fingerprint = {
  readonly databases: Readonly<Record<string, Readonly<Record<string, CollectionFingerprint>>>>;
  readonly volumes: Readonly<Record<string, SetFingerprint>>;
  readonly redis: Readonly<Record<string, SetFingerprint>>;
};

export const createSetHash = (): { readonly add: (member: Uint8Array | string) => void; readonly result: () => SetFingerprint } => {
  let count = 0;
  let sum = 0n;
  return {
    add: (member) => {
      count++;
      sum += BigInt(`0x${createHash('sha256').update(member).digest('hex').slice(0, 32)}`);
    },
    result: () => ({ count, hash: (sum & ((1n << 128n) - 1n)).toString(16).padStart(32, '0') }),
  };
};

/** How much was compared: documents in how many collections, files, keys. */
export function sizeOf({ databases, volumes, redis }: Fingerprint) {
  const collections = Object.values(databases).flatMap((each) => Object.values(each));
  const total = (sets: readonly SetFingerprint[]) => sets.reduce((sum, { count }) => sum + count, 0);
  return { documents: total(collections), collections: collections.length, files: total(Object.values(volumes)), keys: total(Object.values(redis)) };
}

/** What differs, one sentence each; none when all is equal. `renamed` maps database names of `before` to those of `after`. */
export const compareFingerprints = (before: Fingerprint, after: Fingerprint, renamed: Readonly<Record<string, string>> = {}): readonly string[] => {
  const databases = Object.fromEntries(Object.entries(before.databases).map(([name, collections]) => [renamed[name] ?? name, collections]));
  const left = flatten({ ...before, databases });
  const right = flatten(after);
  return [...new Set([...left.keys(), ...right.keys()])].flatMap((name) => difference(name, left.get(name), right.get(name))).sort();
};

const flatten = ({ databases, volumes, redis }: Fingerprint): ReadonlyMap<string, SetFingerprint> =>
  new Map<string, SetFingerprint>([
    ...Object.entries(databases).flatMap(([database, collections]) =>
      Object.entries(collections).map(([name, value]) => [`collection ${database}.${name}`, value] as const),
    ),
    ...Object.entries(volumes).map(([name, value]) => [`volume ${name}`, value] as const),
    ...Object.entries(redis).map(([name, value]) => [`redis ${name}`, value] as const),
  ]);

const difference = (name: string, before: SetFingerprint | undefined, after: SetFingerprint | undefined): readonly string[] => {
  if (!before) return [`${name}: only after`];
  if (!after) return [`${name}: only before`];
  if (before.count !== after.count) return [`${name}: ${before.count} before, ${after.count} after`];
  if (before.hash !== after.hash) return [`${name}: ${before.count} on both sides, but not the same`];
  return indexesOf(before) === indexesOf(after) ? [] : [`${name}: indexes ${indexesOf(before)} before, ${indexesOf(after)} after`];
};

const indexesOf = (value: SetFingerprint): string => ('indexes' in value && Array.isArray(value.indexes) ? value.indexes.join(' ') : '');
