import { createHash } from 'node:crypto';
import { differingPaths } from './differing-paths.js';
import { kubectl, type Place } from './tools.js';

/** Everything that a migration could touch, as `v1 Secret default/cognigy-amqp` → the object without what changes by itself. Of secret data only hashes. */
export type World = Readonly<Record<string, unknown>>;

type Fields = Readonly<Record<string, unknown>>;
interface Owner {
  readonly kind: string;
  readonly controller?: boolean;
}
interface Seen {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Fields & {
    readonly name: string;
    readonly namespace?: string;
    readonly annotations?: Fields;
    readonly ownerReferences?: readonly Owner[];
  };
  readonly spec?: Fields;
  readonly data?: Fields;
}

/** Made and changed by controllers or by programs that run, never by a migration; what they are made of is compared. */
const derived = ['pods', 'replicasets.apps', 'controllerrevisions.apps', 'endpoints', 'endpointslices.discovery.k8s.io', 'leases.coordination.k8s.io'];
const ofTheCluster = [
  ...['nodes', 'componentstatuses', 'events', 'events.events.k8s.io', 'ipaddresses.networking.k8s.io', 'servicecidrs.networking.k8s.io'],
  ...['volumeattachments.storage.k8s.io', 'csinodes.storage.k8s.io', 'csistoragecapacities.storage.k8s.io', 'resourceslices.resource.k8s.io'],
  ...['flowschemas.flowcontrol.apiserver.k8s.io', 'prioritylevelconfigurations.flowcontrol.apiserver.k8s.io'],
  ...['apiservices.apiregistration.k8s.io', 'certificatesigningrequests.certificates.k8s.io'],
];
const notOfProducts = ['kube-system', 'kube-public', 'kube-node-lease', 'rehelm-system'];
const notCompared = ['resourceVersion', 'generation', 'managedFields', 'creationTimestamp', 'selfLink'];
const annotationsOfControllers = ['deployment.kubernetes.io/revision', 'pv.kubernetes.io/bind-completed', 'pv.kubernetes.io/bound-by-controller'];

/** What a comparison leaves out, and why. Everything else counts: a label, a lost uid, a changed policy, an object too many. */
export const excludedFromWorld: readonly string[] = [
  'metadata.resourceVersion, generation, managedFields, creationTimestamp and status: every write and every controller changes them.',
  'metadata.uid of PersistentVolumeClaims, and claimRef.uid and claimRef.resourceVersion of PersistentVolumes: a claim cannot be moved, a run back binds the volume to a claim made anew. Every other object keeps its uid.',
  'The annotations pv.kubernetes.io/bind-completed and bound-by-controller: the binder sets them, differently for a volume that was reserved. Whether the claim names its volume and the volume its claim is compared.',
  'The annotation deployment.kubernetes.io/revision: the controller counts, up only.',
  'Pods, ReplicaSets, ControllerRevisions, Endpoints, EndpointSlices, and Jobs that a CronJob made: controllers derive them from objects that are compared.',
  'Events and Leases: what programs say and hold while they run.',
  'Nodes, IPAddresses, VolumeAttachments and the like: the cluster accounts for itself with them.',
  'The namespaces kube-*, which no migration touches, and rehelm-system: the journal and the locks of the run itself, the record stays after a rollback.',
];

/** Every listable kind at once, in all namespaces of products and of the cluster: two calls of kubectl. */
export async function snapshotWorld(place: Place): Promise<World> {
  const { stdout: kinds } = await kubectl(place, ['api-resources', '--verbs=list', '-o', 'name']);
  const wanted = kinds.split('\n').filter((kind) => kind !== '' && ![...derived, ...ofTheCluster].includes(kind));
  const { stdout } = await kubectl(place, ['get', wanted.join(','), '-A', '-o', 'json']);
  const items: readonly Seen[] = JSON.parse(stdout).items;
  return Object.fromEntries(items.filter(isCompared).map((object) => [keyOf(object), normalised(object)]));
}

/** One sentence for every object that came, went, or differs, with the paths of the fields. Values only where they cannot be secret. */
export function worldDifferences(before: World, after: World): readonly string[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return keys.flatMap((key) => {
    if (!(key in after)) return [`${key} is gone`];
    if (!(key in before)) return [`${key} is there and was not before`];
    const paths = differingPaths(before[key], after[key], !key.startsWith('v1 Secret '));
    return paths.length === 0 ? [] : [`${key} differs in ${paths.join(', ')}`];
  });
}

const keyOf = ({ apiVersion, kind, metadata: { namespace, name } }: Seen): string =>
  `${apiVersion} ${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;

function isCompared({ kind, metadata }: Seen): boolean {
  const ofCronJob = kind === 'Job' && (metadata.ownerReferences ?? []).some((owner) => owner.kind === 'CronJob');
  return !ofCronJob && !notOfProducts.includes(kind === 'Namespace' ? metadata.name : (metadata.namespace ?? ''));
}

function normalised(object: Seen): Fields {
  const { apiVersion: _apiVersion, kind, metadata, ...rest } = object;
  const { status: _status, data, spec, ...kept } = rest as typeof rest & { readonly status?: unknown };
  return {
    ...kept,
    metadata: metadataOf(kind, metadata),
    ...(data && { data: kind === 'Secret' ? hashed(data) : data }),
    ...(spec && { spec: kind === 'PersistentVolume' ? withoutClaimUid(spec) : spec }),
  };
}

function metadataOf(kind: string, { annotations = {}, ...metadata }: Seen['metadata']): Fields {
  const left = kind === 'PersistentVolumeClaim' ? [...notCompared, 'uid'] : notCompared;
  return { ...without(metadata, left), annotations: without(annotations, annotationsOfControllers) };
}

function withoutClaimUid({ claimRef, ...spec }: Fields): Fields {
  return typeof claimRef === 'object' && claimRef !== null ? { ...spec, claimRef: without({ ...claimRef }, ['uid', 'resourceVersion']) } : spec;
}

const without = (fields: Fields, names: readonly string[]): Fields => Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));

const hashed = (data: Fields): Fields =>
  Object.fromEntries(Object.entries(data).map(([name, value]) => [name, createHash('sha256').update(String(value)).digest('hex')]));
