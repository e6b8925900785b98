import type { Act } from '../../model/act.js';
import type { KubeObject } from '../../model/kube-object.js';
import type { ObjectRef } from '../../model/refs.js';

/** Under which Kubernetes notes the fields that we write. */
export const fieldManager = 'rehelm';

/** What to list: a kind, in one namespace or in all, by labels. */
export interface ListQuery {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  /** As kubectl takes it: `app=api,tier!=db`. */
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

/** One permission to ask for: `patch` on `persistentvolumes`, `get` on `pods/log` in a namespace. */
export interface Access {
  readonly verb: string;
  readonly group: string;
  /** The plural resource, with a subresource after a slash. */
  readonly resource: string;
  readonly namespace?: string;
}

/** An RFC 7386 merge patch: null removes a key, lists are replaced whole. */
export type MergePatch = { readonly [field: string]: unknown };

export type Deletion = 'Background' | 'Foreground' | 'Orphan';

/**
 * Reads. An absent object is `undefined`, and so is every object of a kind that the cluster does not serve; a list of such a kind is empty.
 * Everything else that goes wrong is a failure of src/errors.ts, without secrets: Unreachable where there is no answer (within 30 s), Forbidden, Invalid, …
 */
export interface KubeReader {
  /** `v1.34.4` */
  version(): Promise<string>;
  get<T extends KubeObject>(ref: ObjectRef): Promise<T | undefined>;
  list<T extends KubeObject>(query: ListQuery): Promise<readonly T[]>;
  /** Does the cluster serve this kind? False for a CRD that is not installed. */
  serves(kind: { readonly apiVersion: string; readonly kind: string }): Promise<boolean>;
  /** Is the kind namespaced? Fails with NotFound where the cluster does not serve it. */
  isNamespaced(kind: { readonly apiVersion: string; readonly kind: string }): Promise<boolean>;
  mayI(access: Access): Promise<boolean>;
  /** The last lines of a container's log (its pod's first one, if none is named); empty when it has none yet. `previous`: of its former instance. */
  logs(pod: {
    readonly namespace: string;
    readonly name: string;
    readonly container?: string;
    readonly tailLines?: number;
    readonly previous?: true;
  }): Promise<string>;
  /**
   * GET through the API server's service proxy: a way in that no user has. Answers whatever status the service gives, 503 when nothing stands behind it,
   * 404 where there is no such Service. Forbidden where the worker may not.
   */
  httpGet(service: {
    readonly namespace: string;
    readonly name: string;
    readonly port: number | string;
    readonly path: string;
    readonly https?: true;
  }): Promise<{ readonly status: number; readonly body: string }>;
}

/**
 * Writes on behalf of a run's step. Before each write the run's epoch is checked, and the write carries the resourceVersion that was read before the check:
 * an attempt that was given up (Superseded) cannot write over a rollback, however long it was stalled.
 */
export interface KubeWriter {
  /**
   * Creates the object with the run's labels and answers it as stored. AlreadyExists where it is there.
   * If the epoch was raised meanwhile, the object is deleted again (by uid) and the call fails as Superseded.
   */
  create<T extends KubeObject>(object: T, options?: { readonly labelled?: false }): Promise<T>;
  /**
   * Reads, lets `change` say what to alter (`undefined`: nothing), writes with the read resourceVersion as precondition, and starts over on a conflict.
   * What was written is nobody's then: who applies the object on the server's side next must not find us in the way.
   * While a step is being taken back an object that needs no change is still touched, so that a stalled writer's precondition fails.
   * NotFound where the object is absent.
   */
  edit<T extends KubeObject>(ref: ObjectRef, change: (seen: T) => MergePatch | undefined): Promise<T>;
  /** Deletes with uid and resourceVersion as preconditions; absent is fine. With `uid`, an object of another uid under this name is left alone. */
  remove(ref: ObjectRef, options?: { readonly uid?: string; readonly propagation?: Deletion }): Promise<void>;
}

/** A cluster: anyone may read; who writes says for which run. */
export interface Kube extends KubeReader {
  writeAs(act: Act): KubeWriter;
  /** Validated by the server, stored nowhere. The server's answer, or its refusal as a failure. */
  dryRunCreate<T extends KubeObject>(object: T): Promise<T>;
  /** The same of a merge patch. */
  dryRunPatch<T extends KubeObject>(ref: ObjectRef, patch: MergePatch): Promise<T>;
}

/** Unguarded writes, for the journal, the locks and the guard itself. Steps never see it. */
export interface RawKube extends KubeReader {
  /** AlreadyExists where it is there; NotFound where its namespace is not there, or its kind is not served. */
  create<T extends KubeObject>(object: T, options?: { readonly dryRun?: true }): Promise<T>;
  /**
   * Merge patch. With `resourceVersion` (or `uid`) in the patch's metadata it fails as Conflict on another one; NotFound where the object is absent.
   * A patch that changes nothing leaves the resourceVersion as it is.
   */
  patch<T extends KubeObject>(ref: ObjectRef, patch: MergePatch, options?: { readonly dryRun?: true }): Promise<T>;
  /** Absent is fine. Conflict where a precondition does not hold. The object may linger with a deletionTimestamp; a pod with 0 grace seconds does not, wherever its kubelet is. */
  delete(
    ref: ObjectRef,
    options?: { readonly uid?: string; readonly resourceVersion?: string; readonly propagation?: Deletion; readonly graceSeconds?: 0 },
  ): Promise<void>;
}
