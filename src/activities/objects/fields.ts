import { isDeepStrictEqual } from 'node:util';
import type { Kube, KubeReader, MergePatch } from '../../adapters/kube/kube.js';
import { failure } from '../../errors.js';
import type { Act } from '../../model/act.js';
import type { Json, KubeObject } from '../../model/kube-object.js';
import { type ObjectRef, showRef } from '../../model/refs.js';
import { isRemade } from './former-uid.js';

/** Where in an object: `['spec', 'suspend']`. */
export type FieldPath = readonly string[];

/** A field and its value; null: the object does not have it. */
export interface Field {
  readonly path: FieldPath;
  readonly value: Json;
}

/** Fields of one object as they were: what putting them back needs. */
export interface FormerFields {
  readonly object: ObjectRef;
  readonly uid: string;
  readonly fields: readonly Field[];
}

type JsonObject = { readonly [key: string]: Json };

const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

const valueAt = (object: unknown, path: FieldPath): Json =>
  (path.reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), object) as Json | undefined) ?? null;

export const readFields = (object: KubeObject, paths: readonly FieldPath[]): readonly Field[] => paths.map((path) => ({ path, value: valueAt(object, path) }));

/** The merge patch that gives `seen` exactly these fields; undefined where it has them. */
export function fieldsPatch(seen: KubeObject, fields: readonly Field[]): MergePatch | undefined {
  const different = fields.filter(({ path, value }) => !isDeepStrictEqual(valueAt(seen, path), value));
  if (different.length === 0) return undefined;
  return different.reduce<JsonObject>((patch, { path, value }) => place(patch, path, difference(valueAt(seen, path), value)), {});
}

const place = (patch: JsonObject, [key, ...rest]: FieldPath, value: Json): JsonObject => {
  if (key === undefined) return patch;
  const inner = patch[key];
  return { ...patch, [key]: rest.length === 0 ? value : place(isObject(inner) ? inner : {}, rest, value) };
};

/** RFC 7386 merges objects, so that what must go has to be named with null. */
function difference(from: Json, to: Json): Json {
  if (!isObject(from) || !isObject(to)) return to;
  const removed = Object.keys(from).filter((key) => !(key in to));
  const changed = Object.entries(to).filter(([key, value]) => !isDeepStrictEqual(from[key], value));
  return Object.fromEntries([
    ...removed.map((key) => [key, null] as const),
    ...changed.map(([key, value]) => [key, difference(from[key] ?? null, value)] as const),
  ]);
}

/** Reads the former values of the fields. Changes nothing. NotFound where the object is absent. */
export async function captureFields(kube: KubeReader, object: ObjectRef, paths: readonly FieldPath[]): Promise<FormerFields> {
  const seen = await kube.get(object);
  if (!seen) throw failure('NotFound', `${showRef(object)} is not there`);
  return { object, uid: seen.metadata.uid ?? '', fields: readFields(seen, paths) };
}

/** Puts former fields back and leaves every other one alone. NotOurs where the object is gone or is another one of the same name, unless the run itself made it anew. */
export async function restoreFields(kube: Kube, { object, uid, fields }: FormerFields, act: Act): Promise<void> {
  if (!(await kube.get(object))) throw failure('NotOurs', `${showRef(object)} is gone, so nothing can be put back to what it was`);
  await kube.writeAs(act).edit(object, (seen) => {
    if (seen.metadata.uid !== uid && !isRemade(seen, uid)) throw failure('NotOurs', `${showRef(object)} was deleted and made anew by somebody since`);
    return fieldsPatch(seen, fields);
  });
}
