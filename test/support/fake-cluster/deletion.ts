import type { Deletion } from '../../../src/adapters/kube/kube.js';
import type { KubeObject } from '../../../src/model/kube-object.js';
import { refOf, type Store } from './store.js';

/** Marks an object as going; `sweep` takes it away once nothing holds it. */
export function beginDeletion(store: Store, object: KubeObject, propagation: Deletion = 'Background'): void {
  if (propagation === 'Orphan') release(store, object);
  store.put({ ...object, metadata: { ...object.metadata, deletionTimestamp: object.metadata.deletionTimestamp ?? new Date().toISOString() } });
}

/** Dependents forget their owner, so that the garbage collector leaves them. */
function release(store: Store, owner: KubeObject): void {
  for (const object of store.everything()) {
    const owners = object.metadata.ownerReferences ?? [];
    const others = owners.filter((each) => each.uid !== owner.metadata.uid);
    if (others.length === owners.length) continue;
    const { ownerReferences: _, ...metadata } = object.metadata;
    store.put({ ...object, metadata: { ...metadata, ...(others.length > 0 && { ownerReferences: others }) } });
  }
}

/** Takes away what is marked and no finalizer holds, empties namespaces that go, and collects what has lost its owners. */
export function sweep(store: Store): void {
  for (const object of store.everything()) {
    const { deletionTimestamp, finalizers = [] } = object.metadata;
    if (deletionTimestamp === undefined) continue;
    if (object.kind === 'Namespace') sweepNamespace(store, object);
    else if (finalizers.length === 0) store.drop(refOf(object));
  }
  collectGarbage(store);
}

function sweepNamespace(store: Store, namespace: KubeObject): void {
  const inside = store.everything().filter((object) => object.metadata.namespace === namespace.metadata.name);
  for (const object of inside) if (object.metadata.deletionTimestamp === undefined) beginDeletion(store, object);
  if (inside.length === 0) store.drop(refOf(namespace));
  else store.put({ ...namespace, status: { phase: 'Terminating' } } as KubeObject);
}

function collectGarbage(store: Store): void {
  const everything = store.everything();
  const living = new Set(everything.map((object) => object.metadata.uid));
  for (const object of everything) {
    const owners = object.metadata.ownerReferences ?? [];
    if (owners.length > 0 && object.metadata.deletionTimestamp === undefined && !owners.some((owner) => living.has(owner.uid))) beginDeletion(store, object);
  }
}
