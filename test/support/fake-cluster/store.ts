import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from '../../../src/model/kube-object.js';
import type { ObjectRef } from '../../../src/model/refs.js';

/** The objects of a cluster. What goes in and out is copied; every change gets a new resourceVersion, every new object a uid. */
export interface Store {
  get<T extends KubeObject>(ref: ObjectRef): T | undefined;
  all<T extends KubeObject>(apiVersion: string, kind: string, namespace?: string): T[];
  everything(): KubeObject[];
  /** Creates or replaces; without a difference nothing happens. */
  put<T extends KubeObject>(object: T): T;
  drop(ref: ObjectRef): void;
  /** Grows with every change. */
  revision(): number;
}

const keyOf = ({ apiVersion, kind, namespace, name }: ObjectRef): string => [apiVersion, kind, namespace ?? '', name].join('|');

export const refOf = ({ apiVersion, kind, metadata: { namespace, name } }: KubeObject): ObjectRef => ({
  apiVersion,
  kind,
  name,
  ...(namespace !== undefined && { namespace }),
});

export function createStore(uidPrefix: string): Store {
  const objects = new Map<string, KubeObject>();
  let revision = 100;
  let uids = 0;

  function stamp<T extends KubeObject>(object: T, before: KubeObject | undefined): T {
    const { resourceVersion: _, ...metadata } = object.metadata;
    const generation = before === undefined ? 1 : (before.metadata.generation ?? 1) + (sameSpec(before, object) ? 0 : 1);
    return {
      ...object,
      metadata: {
        ...metadata,
        uid: before?.metadata.uid ?? metadata.uid ?? `${uidPrefix}-${String(++uids).padStart(12, '0')}`,
        resourceVersion: String(++revision),
        generation,
        creationTimestamp: before?.metadata.creationTimestamp ?? metadata.creationTimestamp ?? new Date().toISOString(),
      },
    };
  }

  return {
    get: <T extends KubeObject>(ref: ObjectRef) => structuredClone(objects.get(keyOf(ref))) as T | undefined,
    all: <T extends KubeObject>(apiVersion: string, kind: string, namespace?: string) =>
      sorted(
        objects,
        (object): object is T =>
          object.apiVersion === apiVersion && object.kind === kind && (namespace === undefined || object.metadata.namespace === namespace),
      ),
    everything: () => sorted(objects, (_): _ is KubeObject => true),
    put: (object) => {
      const plain = JSON.parse(JSON.stringify(object)) as typeof object;
      const before = objects.get(keyOf(refOf(plain)));
      if (before && same(before, plain)) return structuredClone(before) as typeof object;
      const stamped = stamp(plain, before);
      objects.set(keyOf(refOf(plain)), stamped);
      return structuredClone(stamped);
    },
    drop: (ref) => {
      if (objects.delete(keyOf(ref))) revision += 1;
    },
    revision: () => revision,
  };
}

/** Clones of those that are wanted, by key: cloning all of them for each look is what a test would wait for. */
const sorted = <T extends KubeObject>(objects: ReadonlyMap<string, KubeObject>, isWanted: (object: KubeObject) => object is T): T[] =>
  [...objects.entries()]
    .filter((entry): entry is [string, T] => isWanted(entry[1]))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, object]) => structuredClone(object));

const volatile = ({ metadata: { resourceVersion: _, uid: _uid, creationTimestamp: _at, generation: _generation, ...metadata }, ...rest }: KubeObject) => ({
  ...rest,
  metadata,
});

const same = (a: KubeObject, b: KubeObject): boolean => isDeepStrictEqual(volatile(a), volatile(b));

const sameSpec = (a: KubeObject, b: KubeObject): boolean => isDeepStrictEqual('spec' in a ? a.spec : undefined, 'spec' in b ? b.spec : undefined);
