import type { KubeObject } from '../../../src/model/kube-object.js';
import type { ObjectRef } from '../../../src/model/refs.js';
import { frozenCopy } from './frozen-copy.js';
import { sameFields, sameJson } from './same-json.js';

/** The objects of a cluster. What goes in is copied, what comes out is frozen; every change gets a new resourceVersion, every new object a uid. */
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

/** The objects of one kind, by namespace and name. */
interface Shelf {
  readonly objects: Map<string, KubeObject>;
  /** By name; made anew for the first look after a change. */
  sorted: readonly KubeObject[] | undefined;
}

const keyOf = ({ namespace, name }: Pick<ObjectRef, 'namespace' | 'name'>): string => `${namespace ?? ''}|${name}`;

export const refOf = ({ apiVersion, kind, metadata: { namespace, name } }: KubeObject): ObjectRef => ({
  apiVersion,
  kind,
  name,
  ...(namespace !== undefined && { namespace }),
});

export function createStore(uidPrefix: string): Store {
  const shelves = new Map<string, Shelf>();
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

  function shelfOf({ apiVersion, kind }: Pick<ObjectRef, 'apiVersion' | 'kind'>): Shelf {
    const name = `${apiVersion}|${kind}|`;
    const shelf = shelves.get(name) ?? { objects: new Map(), sorted: undefined };
    shelves.set(name, shelf);
    return shelf;
  }

  return {
    get: <T extends KubeObject>(ref: ObjectRef) => shelfOf(ref).objects.get(keyOf(ref)) as T | undefined,
    all: <T extends KubeObject>(apiVersion: string, kind: string, namespace?: string) =>
      inOrder(shelfOf({ apiVersion, kind })).filter(({ metadata }) => namespace === undefined || metadata.namespace === namespace) as T[],
    everything: () => [...shelves.keys()].sort().flatMap((name) => inOrder(shelves.get(name)!)),
    put: (object) => {
      const shelf = shelfOf(object);
      const key = keyOf(object.metadata);
      const before = shelf.objects.get(key) as typeof object | undefined;
      if (before && same(before, object)) return before;
      const stamped = frozenCopy(stamp(object, before));
      shelf.objects.set(key, stamped);
      shelf.sorted = undefined;
      return stamped;
    },
    drop: (ref) => {
      const shelf = shelfOf(ref);
      if (!shelf.objects.delete(keyOf(ref))) return;
      shelf.sorted = undefined;
      revision += 1;
    },
    revision: () => revision,
  };
}

function inOrder(shelf: Shelf): readonly KubeObject[] {
  shelf.sorted ??= [...shelf.objects].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
  return shelf.sorted;
}

const stamps: ReadonlySet<string> = new Set(['resourceVersion', 'uid', 'creationTimestamp', 'generation']);
const metadataItself: ReadonlySet<string> = new Set(['metadata']);

const same = (a: KubeObject, b: KubeObject): boolean => sameFields(a, b, metadataItself) && sameFields(a.metadata, b.metadata, stamps);

const sameSpec = (a: KubeObject, b: KubeObject): boolean => sameJson('spec' in a ? a.spec : undefined, 'spec' in b ? b.spec : undefined);
