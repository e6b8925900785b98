import { type Access, type Deletion, fieldManager, type ListQuery, type MergePatch } from '../../../src/adapters/kube/kube.js';
import type { KubeObject, Pod, Service } from '../../../src/model/kube-object.js';
import { type ObjectRef, showRef } from '../../../src/model/refs.js';
import { checkImmutable, hasStatus, normalizeSecret, validate, withDefaults } from './admission.js';
import { ApiError, badRequest, conflict, forbidden, invalid, notFound } from './api-error.js';
import type { Behaviour } from './behaviour.js';
import { beginDeletion } from './deletion.js';
import type { When } from './faults.js';
import type { Kind } from './kinds.js';
import { mergePatch, showPatch } from './merge-patch.js';
import { sameJson } from './same-json.js';
import { matchesFields, matchesLabels, selects } from './selectors.js';
import { refOf, type Store } from './store.js';

export interface DeleteOptions {
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly propagation?: Deletion;
}

export interface LogQuery {
  readonly namespace: string;
  readonly name: string;
  readonly container?: string;
  readonly tailLines?: number;
  readonly previous?: true;
}

/** The verbs of an API server; refusals are thrown as ApiError. Used in memory and over HTTP alike. */
export interface ApiServer {
  kinds(): readonly Kind[];
  get(ref: ObjectRef): KubeObject | undefined;
  list(query: ListQuery): KubeObject[];
  create(object: KubeObject, options?: { readonly dryRun?: true }): Promise<KubeObject>;
  patch(ref: ObjectRef, patch: MergePatch, options?: { readonly dryRun?: true }): Promise<KubeObject>;
  delete(ref: ObjectRef, options?: DeleteOptions): Promise<void>;
  mayI(access: Access): boolean;
  logs(query: LogQuery): string;
  http(service: { readonly namespace: string; readonly name: string; readonly port: string; readonly path: string }): {
    readonly status: number;
    readonly body: string;
  };
}

export interface Parts {
  readonly store: Store;
  readonly kinds: () => readonly Kind[];
  readonly behaviour: Behaviour;
  readonly podLogs: ReadonlyMap<string, string>;
  readonly denied: (access: Access) => boolean;
  /** Called with every change that is made. */
  readonly record: (change: string, namespace: string | undefined) => void;
  readonly meet: (when: When, change: string) => Promise<void>;
  readonly settle: () => void;
}

/** What a write would do as the world is now: the line that names it, and the doing. */
interface Prepared<T> {
  readonly change: string | undefined;
  apply(): T;
}

export function createApiServer(parts: Parts): ApiServer {
  const { store, denied } = parts;
  const kindOf = ({ apiVersion, kind }: { readonly apiVersion: string; readonly kind: string }): Kind | undefined =>
    parts.kinds().find((each) => each.apiVersion === apiVersion && each.kind === kind);
  const served = (ref: ObjectRef): { readonly kind: Kind; readonly ref: ObjectRef } => {
    const kind = kindOf(ref);
    if (kind === undefined) throw notFound(`the server could not find the requested resource: ${ref.apiVersion} ${ref.kind}`);
    if (kind.namespaced && !ref.namespace) throw badRequest('an empty namespace may not be set during creation');
    return { kind, ref: { apiVersion: ref.apiVersion, kind: ref.kind, name: ref.name, ...(kind.namespaced && { namespace: ref.namespace ?? '' }) } };
  };
  const allow = (verb: string, { apiVersion, plural }: Kind, namespace: string | undefined): void => {
    const group = apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
    if (denied({ verb, group, resource: plural, ...(namespace !== undefined && { namespace }) }))
      throw forbidden(`${plural} is forbidden: User "test" cannot ${verb} resource "${plural}" in API group "${group}"`);
  };
  const must = (ref: ObjectRef): KubeObject => {
    const seen = store.get(ref);
    if (seen === undefined) throw notFound(`${showRef(ref)}`);
    return seen;
  };

  /** Prepared twice: once to know the change's name, and again when a hanging call is let go and the world has moved. */
  async function write<T>(prepare: () => Prepared<T>, namespace: string | undefined): Promise<T> {
    const planned = prepare();
    if (planned.change !== undefined) await parts.meet('before', planned.change);
    const { change, apply } = prepare();
    const result = apply();
    if (change === undefined) return result;
    parts.record(change, namespace);
    parts.settle();
    await parts.meet('after', change);
    return result;
  }

  function prepareCreate(object: KubeObject): Prepared<KubeObject> {
    const { kind, ref } = served({ apiVersion: object.apiVersion, kind: object.kind, ...object.metadata });
    allow('create', kind, ref.namespace);
    checkNamespace(store, ref);
    validate(object);
    if (object.metadata.resourceVersion) throw badRequest('resourceVersion should not be set on objects to be created');
    if (store.get(ref)) throw new ApiError(409, 'AlreadyExists', `${showRef(ref)} already exists`);
    const { uid: _, deletionTimestamp: _gone, creationTimestamp: _at, namespace: _namespace, ...metadata } = object.metadata;
    const plain = {
      ...object,
      metadata: { managedFields: [writer], ...withoutEmpty(metadata), ...(ref.namespace !== undefined && { namespace: ref.namespace }) },
    };
    return { change: `create ${showRef(ref)}`, apply: () => store.put(withDefaults(plain, store, store.revision() - 100)) };
  }

  function preparePatch(wanted: ObjectRef, patch: MergePatch): Prepared<KubeObject> {
    const { kind, ref } = served(wanted);
    allow('patch', kind, ref.namespace);
    const seen = must(ref);
    const next = patched(seen, patch);
    validate(next);
    checkImmutable(seen, next);
    const change = `patch ${showRef(ref)} ${showPatch(patch, ref.kind === 'Secret')}`.trim();
    const apply = (): KubeObject => (finished(next) ? drop(store, next) : store.put(next));
    return { change: sameJson(seen, next) ? undefined : change, apply };
  }

  function prepareDelete(wanted: ObjectRef, options: DeleteOptions): Prepared<void> {
    const { kind, ref } = served(wanted);
    allow('delete', kind, ref.namespace);
    const seen = must(ref);
    for (const field of ['uid', 'resourceVersion'] as const) {
      if (options[field] !== undefined && options[field] !== seen.metadata[field])
        throw conflict(`Precondition failed: ${field} in precondition: ${options[field]}, in object meta: ${seen.metadata[field]}`);
    }
    return { change: seen.metadata.deletionTimestamp ? undefined : `delete ${showRef(ref)}`, apply: () => beginDeletion(store, seen, options.propagation) };
  }

  return {
    kinds: parts.kinds,
    get: (wanted) => {
      const { kind, ref } = served(wanted);
      allow('get', kind, ref.namespace);
      return store.get(ref);
    },
    list: ({ apiVersion, kind, namespace, labelSelector, fieldSelector }) => {
      const found = kindOf({ apiVersion, kind });
      if (found === undefined) throw notFound(`the server could not find the requested resource: ${apiVersion} ${kind}`);
      allow('list', found, namespace);
      return store
        .all(apiVersion, kind, found.namespaced ? namespace : undefined)
        .filter(
          (object) =>
            (!labelSelector || matchesLabels(object.metadata.labels ?? {}, labelSelector)) && (!fieldSelector || matchesFields(object, fieldSelector)),
        );
    },
    create: async (object, options) => {
      if (!options?.dryRun) return write(() => prepareCreate(object), object.metadata.namespace);
      prepareCreate(object);
      return withDefaults(object, store, 0);
    },
    patch: async (ref, patch, options) => {
      if (!options?.dryRun) return write(() => preparePatch(ref, patch), ref.namespace);
      preparePatch(ref, patch);
      return patched(must(ref), patch);
    },
    delete: (ref, options = {}) => write(() => prepareDelete(ref, options), ref.namespace),
    mayI: (access) => !denied(access),
    logs: (query) => logsOf(parts, query),
    http: (request) => answer(parts, request),
  };
}

function checkNamespace(store: Store, { namespace, kind }: ObjectRef): void {
  if (namespace === undefined) return;
  const found = store.get({ apiVersion: 'v1', kind: 'Namespace', name: namespace });
  if (found === undefined) throw notFound(`namespaces "${namespace}"`);
  if (found.metadata.deletionTimestamp)
    throw new ApiError(403, 'Forbidden', `${kind} is forbidden: unable to create new content in namespace ${namespace} because it is being terminated`, {
      causes: [{ reason: 'NamespaceTerminating' }],
    });
}

function patched(seen: KubeObject, patch: MergePatch): KubeObject {
  const wanted = (patch['metadata'] ?? {}) as Partial<KubeObject['metadata']>;
  if (wanted.resourceVersion !== undefined && wanted.resourceVersion !== seen.metadata.resourceVersion)
    throw conflict('the object has been modified; please apply your changes to the latest version and try again');
  if (wanted.uid !== undefined && wanted.uid !== seen.metadata.uid)
    throw invalid(showRef(refOf(seen)), 'metadata.uid', `Invalid value: "${wanted.uid}": field is immutable`);
  const { status, ...rest } = patch;
  const merged = mergePatch(seen, hasStatus(seen.kind) ? rest : { ...rest, ...(status !== undefined && { status }) }) as KubeObject;
  const tidy = owned(seen, { ...merged, metadata: withoutEmpty(merged.metadata) });
  return tidy.kind === 'Secret' ? normalizeSecret(tidy) : tidy;
}

/** Whoever calls. */
const writer = { manager: fieldManager, operation: 'Update' };

/** Of an object that says who wrote its fields, whoever patches it becomes one of them; a patch may say who owns them. */
function owned(seen: KubeObject, next: KubeObject): KubeObject {
  const { managedFields } = seen.metadata;
  const owners = (next.metadata.managedFields ?? []) as readonly { readonly manager?: string }[];
  if (!managedFields || !sameJson(managedFields, owners) || sameJson(seen, next) || owners.some(({ manager }) => manager === fieldManager)) return next;
  return { ...next, metadata: { ...next.metadata, managedFields: [...owners, writer] } };
}

/** Empty maps and lists of the metadata are left out by a server. */
const withoutEmpty = (metadata: KubeObject['metadata']): KubeObject['metadata'] =>
  Object.fromEntries(
    Object.entries(metadata).filter(([, value]) => !(typeof value === 'object' && value !== null && Object.keys(value).length === 0)),
  ) as unknown as KubeObject['metadata'];

const finished = ({ metadata }: KubeObject): boolean => metadata.deletionTimestamp !== undefined && (metadata.finalizers ?? []).length === 0;

function drop(store: Store, object: KubeObject): KubeObject {
  store.drop(refOf(object));
  return object;
}

function logsOf({ store, behaviour, podLogs }: Parts, { namespace, name, container, tailLines }: LogQuery): string {
  const pod = store.get<Pod>({ apiVersion: 'v1', kind: 'Pod', namespace, name });
  if (pod === undefined) throw notFound(`pods "${name}"`);
  if (!pod.status?.containerStatuses)
    throw badRequest(`container "${container ?? pod.spec.containers[0]?.name}" in pod "${name}" is waiting to start: ContainerCreating`);
  const text = podLogs.get(pod.metadata.uid ?? '') ?? logOfFate(behaviour, pod) ?? behaviour.log(pod, container);
  return tailLines === undefined || text === '' ? text : `${text.trimEnd().split('\n').slice(-tailLines).join('\n')}\n`;
}

function logOfFate(behaviour: Behaviour, pod: Pod): string | undefined {
  const fate = behaviour.pod(pod);
  return fate === 'ready' ? undefined : fate.log;
}

function answer(
  { store, behaviour }: Parts,
  { namespace, name, port, path }: { readonly namespace: string; readonly name: string; readonly port: string; readonly path: string },
): { readonly status: number; readonly body: string } {
  const service = store.get<Service>({ apiVersion: 'v1', kind: 'Service', namespace, name });
  if (service === undefined) throw notFound(`services "${name}"`);
  const ready = store
    .all<Pod>('v1', 'Pod', namespace)
    .some(
      (pod) => selects(service.spec.selector, pod.metadata.labels) && pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True'),
    );
  if (!ready) throw new ApiError(503, 'ServiceUnavailable', `no endpoints available for service "${name}"`);
  return behaviour.http({ namespace, service: name, port, path });
}
