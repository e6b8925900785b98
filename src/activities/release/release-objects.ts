import type { Rendered } from '../../adapters/helm/helm.js';
import type { KubeReader } from '../../adapters/kube/kube.js';
import type { KubeObject } from '../../model/kube-object.js';
import { type ObjectRef, type ReleaseRef, showRef } from '../../model/refs.js';
import { owningRelease } from './helm-ownership.js';

/** An object that a release makes, and how it was before, where it was. */
export interface ReleaseObject {
  readonly ref: ObjectRef;
  /** Run by Helm beside the release: it carries no ownership, and Helm's default policy deletes what stands under its name. */
  readonly hook?: true;
  /** Whole: Helm may change any field of an adopted object, and a hook replaces a Secret with its values. */
  readonly before?: KubeObject;
}

/** The full name of an object of a manifest: Helm fills the release's namespace in where a namespaced one has none. Undefined where the cluster does not serve the kind. */
export async function placeOf(kube: KubeReader, { namespace }: ReleaseRef, { apiVersion, kind, metadata }: KubeObject): Promise<ObjectRef | undefined> {
  if (!(await kube.serves({ apiVersion, kind }))) return undefined;
  const ref = { apiVersion, kind, name: metadata.name };
  return (await kube.isNamespaced(ref)) ? { ...ref, namespace: metadata.namespace ?? namespace } : ref;
}

/** Tests are run by `helm test` only. */
export const isInstalled = ({ hooks }: Rendered): boolean => hooks.length === 0 || hooks.some((event) => !event.startsWith('test'));

/** What a rendered chart would make, with what is there now. */
export async function objectsBefore(kube: KubeReader, release: ReleaseRef, rendered: readonly Rendered[]): Promise<readonly ReleaseObject[]> {
  const found = await Promise.all(
    rendered.filter(isInstalled).map(async ({ object, hooks }) => {
      const ref = await placeOf(kube, release, object);
      const before = ref && (await kube.get(ref));
      // A kind that comes with the chart itself: nothing of it can be there.
      const place = ref ?? {
        apiVersion: object.apiVersion,
        kind: object.kind,
        name: object.metadata.name,
        namespace: object.metadata.namespace ?? release.namespace,
      };
      return { ref: place, ...(hooks.length > 0 && { hook: true as const }), ...(before && { before: withoutServerFields(before) }) };
    }),
  );
  return found;
}

/** Undo data stays small: who owned which field, and the status, are nothing to go back to. */
export function withoutServerFields<T extends KubeObject>(object: T): T {
  const { managedFields: _, ...metadata } = object.metadata;
  const { status: _status, ...rest } = { status: undefined, ...object };
  return { ...rest, metadata } as unknown as T;
}

/** Does the live object say that it belongs to the release? */
export function isOfRelease(live: KubeObject, { namespace, name }: ReleaseRef, hook = false): boolean {
  if (hook) return live.metadata.annotations?.['helm.sh/hook'] !== undefined;
  const owner = owningRelease(live);
  return owner?.name === name && owner.namespace === namespace && live.metadata.labels?.['app.kubernetes.io/managed-by'] === 'Helm';
}

const keyOf = ({ apiVersion, kind, namespace = '', name }: ObjectRef): string => [apiVersion.replace(/\/?[^/]*$/, ''), kind, namespace, name].join('|');

/** Each object once; what is named first wins. */
export function distinct(objects: readonly ReleaseObject[]): readonly ReleaseObject[] {
  const first = new Map<string, ReleaseObject>();
  for (const object of objects) if (!first.has(keyOf(object.ref))) first.set(keyOf(object.ref), object);
  return [...first.values()];
}

/** Names what a chart would make that is there and belongs to somebody else: Helm refuses to import it, and a hook would delete it. */
export function foreignTo(
  release: ReleaseRef,
  objects: readonly ReleaseObject[],
  isExpected: (object: ReleaseObject & { readonly before: KubeObject }) => boolean,
): readonly string[] {
  return objects.flatMap((object) => {
    const { ref, hook, before } = object;
    if (!before || isOfRelease(before, release, hook) || isExpected({ ...object, before })) return [];
    const owner = owningRelease(before);
    const whose = owner ? `belongs to the Helm release ${owner.namespace}/${owner.name}` : 'belongs to no Helm release';
    return [
      hook
        ? `${showRef(ref)} is there, and a hook of the chart would delete it`
        : `${showRef(ref)} is there and ${whose}: remove it, or adopt it where the spec can`,
    ];
  });
}
