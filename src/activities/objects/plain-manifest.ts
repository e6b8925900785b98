import type { KubeObject } from '../../model/kube-object.js';

/** The object without what only the server gives (uid, resourceVersion, times, managed fields, status): it can be created from this again. */
export function plainManifest<T extends KubeObject>(object: T): T {
  const { uid, resourceVersion, generation, creationTimestamp, deletionTimestamp, managedFields, ...metadata } = object.metadata;
  const { status, ...rest } = { status: undefined, ...object };
  return { ...rest, metadata } as unknown as T;
}
