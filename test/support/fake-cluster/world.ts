import { systemNamespace } from '../../../src/model/act.js';
import type { KubeObject } from '../../../src/model/kube-object.js';
import { showRef } from '../../../src/model/refs.js';
import { refOf } from './store.js';

/** Objects by name (`apps/v1 Deployment shop/api`), to be compared with `toEqual`. */
export type World = Readonly<Record<string, unknown>>;

export interface WorldOptions {
  /** Keep uids: shows that objects stayed the same ones. */
  readonly uids?: boolean;
  /** Keep what lies in rehelm-system: journal, locks, Jobs. */
  readonly system?: boolean;
}

const passing = new Set(['Pod', 'ReplicaSet', 'Event', 'EndpointSlice', 'Endpoints', 'VolumeAttachment']);
const formerUid = 'rehelm.dev/former-uid';
const volatile = new Set(['resourceVersion', 'managedFields', 'creationTimestamp', 'deletionTimestamp', 'generation']);

export function worldOf(objects: readonly KubeObject[], { uids = false, system = false }: WorldOptions = {}): World {
  const kept = objects.filter((object) => !passing.has(object.kind) && (system || !isSystem(object)));
  return Object.fromEntries(kept.map((object) => [`${object.apiVersion} ${showRef(refOf(object))}`, strip(object, uids)]));
}

const isSystem = ({ kind, metadata }: KubeObject): boolean =>
  metadata.namespace === systemNamespace || (kind === 'Namespace' && metadata.name === systemNamespace);

function strip(object: KubeObject, uids: boolean): unknown {
  const { metadata, status: _, ...rest } = object as KubeObject & { readonly status?: unknown };
  const lasting = Object.fromEntries(Object.entries(metadata).filter(([field, value]) => !volatile.has(field) && !isFormerUidAlone(value)));
  return withoutVersions({ ...rest, metadata: lasting }, uids);
}

const isFormerUidAlone = (annotations: object | undefined): boolean => Object.keys(annotations ?? {}).join() === formerUid;

const ofIdentity = new Set(['uid', formerUid]);

/** uids and resourceVersions stand in claimRefs and ownerReferences, too; and of what was made anew in an annotation. */
function withoutVersions(value: unknown, uids: boolean): unknown {
  if (Array.isArray(value)) return value.map((each) => withoutVersions(each, uids));
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key, inner]) => !(typeof inner === 'string' && (key === 'resourceVersion' || (ofIdentity.has(key) && !uids))));
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutVersions(inner, uids)]));
}
