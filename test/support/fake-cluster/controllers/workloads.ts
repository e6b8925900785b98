import { createHash } from 'node:crypto';
import type { Deployment, KubeObject, OwnerReference, PersistentVolumeClaim, Pod, PodSpec, Workload } from '../../../../src/model/kube-object.js';
import { beginDeletion } from '../deletion.js';
import { selects } from '../selectors.js';
import type { Store } from '../store.js';

type StatefulSet = Workload & { readonly spec: { readonly volumeClaimTemplates?: readonly PersistentVolumeClaim[] } };
type Template = Deployment['spec']['template'];

/** Deployments by way of ReplicaSets, and StatefulSets with their claims. A changed template replaces all pods at once. */
export function reconcileWorkloads(store: Store): void {
  for (const deployment of living(store.all<Deployment>('apps/v1', 'Deployment'))) reconcileReplicaSets(store, deployment);
  for (const replicaSet of living(store.all<Workload>('apps/v1', 'ReplicaSet'))) reconcileReplicas(store, replicaSet);
  for (const set of living(store.all<StatefulSet>('apps/v1', 'StatefulSet'))) reconcileSet(store, set);
}

/** Their status, once the pods have theirs. */
export function reconcileWorkloadStatus(store: Store): void {
  for (const kind of ['Deployment', 'StatefulSet', 'ReplicaSet'])
    for (const workload of living(store.all<Workload>('apps/v1', kind))) store.put({ ...workload, status: statusOf(store, workload) });
}

const living = <T extends KubeObject>(objects: readonly T[]): T[] => objects.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
const hashOf = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 10);
const templateHashes = new WeakMap<Template, string>();

/** Of a template of the store, which never changes: the controllers ask for it at every round. */
function templateHash(template: Template): string {
  const hash = templateHashes.get(template) ?? hashOf(template);
  templateHashes.set(template, hash);
  return hash;
}

const ownerOf = ({ apiVersion, kind, metadata: { name, uid = '' } }: KubeObject): OwnerReference => ({ apiVersion, kind, name, uid, controller: true });
const owns = (owner: KubeObject, object: KubeObject): boolean => object.metadata.ownerReferences?.some(({ uid }) => uid === owner.metadata.uid) ?? false;

function reconcileReplicaSets(store: Store, deployment: Deployment): void {
  const { name, namespace = '' } = deployment.metadata;
  const { template, replicas = 1, selector } = deployment.spec;
  const hash = templateHash(template);
  const mine = store.all<Workload>('apps/v1', 'ReplicaSet', namespace).filter((each) => owns(deployment, each));
  for (const old of mine) if (old.metadata.name !== `${name}-${hash}`) store.put({ ...old, spec: { ...old.spec, replicas: 0 } });
  const labels = { ...template.metadata?.labels, 'pod-template-hash': hash };
  const current = mine.find((each) => each.metadata.name === `${name}-${hash}`);
  store.put({
    ...(current ?? { apiVersion: 'apps/v1', kind: 'ReplicaSet' }),
    metadata: current?.metadata ?? { name: `${name}-${hash}`, namespace, labels, ownerReferences: [ownerOf(deployment)] },
    spec: {
      replicas,
      selector: { matchLabels: { ...selector.matchLabels, 'pod-template-hash': hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  });
}

function reconcileReplicas(store: Store, replicaSet: Workload): void {
  const { name, namespace = '' } = replicaSet.metadata;
  const { replicas = 1, template } = replicaSet.spec;
  const pods = living(store.all<Pod>('v1', 'Pod', namespace)).filter((pod) => owns(replicaSet, pod));
  for (const pod of pods.slice(replicas)) beginDeletion(store, pod);
  for (let missing = replicas - pods.length; missing > 0; missing -= 1) {
    store.put(podOf(template, { name: `${name}-${hashOf([name, store.revision()]).slice(0, 5)}`, namespace, owner: replicaSet }));
  }
}

function podOf(
  template: Template,
  { name, namespace, owner, labels, spec }: { name: string; namespace: string; owner: KubeObject; labels?: Readonly<Record<string, string>>; spec?: PodSpec },
): Pod {
  const { labels: own, annotations } = template.metadata ?? {};
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels: { ...own, ...labels }, ...(annotations && { annotations }), ownerReferences: [ownerOf(owner)] },
    spec: spec ?? template.spec,
  };
}

function reconcileSet(store: Store, set: StatefulSet): void {
  const { name, namespace = '' } = set.metadata;
  const { replicas = 1, template } = set.spec;
  const labels = { 'controller-revision-hash': `${name}-${templateHash(template)}`, 'statefulset.kubernetes.io/pod-name': '' };
  for (const pod of living(store.all<Pod>('v1', 'Pod', namespace)).filter((each) => owns(set, each))) {
    const ordinal = Number(pod.metadata.name.slice(name.length + 1));
    if (ordinal >= replicas || pod.metadata.labels?.['controller-revision-hash'] !== labels['controller-revision-hash']) beginDeletion(store, pod);
  }
  for (let ordinal = 0; ordinal < replicas; ordinal += 1) {
    const pod = `${name}-${ordinal}`;
    const seen = store.get<Pod>({ apiVersion: 'v1', kind: 'Pod', namespace, name: pod });
    claim(store, set, ordinal);
    if (seen === undefined)
      store.put(
        podOf(template, { name: pod, namespace, owner: set, labels: { ...labels, 'statefulset.kubernetes.io/pod-name': pod }, spec: withClaims(set, ordinal) }),
      );
    else if (!seen.metadata.ownerReferences && selects(set.spec.selector, seen.metadata.labels))
      store.put({ ...seen, metadata: { ...seen.metadata, ownerReferences: [ownerOf(set)] } });
  }
}

const claimName = (set: StatefulSet, template: PersistentVolumeClaim, ordinal: number): string => `${template.metadata.name}-${set.metadata.name}-${ordinal}`;

/** Claims from templates stay when the set shrinks or goes. */
function claim(store: Store, set: StatefulSet, ordinal: number): void {
  for (const template of set.spec.volumeClaimTemplates ?? []) {
    const ref = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: set.metadata.namespace ?? '', name: claimName(set, template, ordinal) };
    if (store.get(ref)) continue;
    const labels = { ...set.spec.selector.matchLabels, ...template.metadata.labels };
    store.put({
      ...template,
      apiVersion: 'v1',
      kind: ref.kind,
      metadata: { name: ref.name, namespace: ref.namespace, labels, finalizers: ['kubernetes.io/pvc-protection'] },
      spec: { volumeMode: 'Filesystem', ...template.spec },
    });
  }
}

function withClaims(set: StatefulSet, ordinal: number): PodSpec {
  const { spec } = set.spec.template;
  const claimed = (set.spec.volumeClaimTemplates ?? []).map((template) => ({
    name: template.metadata.name,
    persistentVolumeClaim: { claimName: claimName(set, template, ordinal) },
  }));
  return claimed.length === 0 ? spec : { ...spec, volumes: [...(spec.volumes ?? []), ...claimed] };
}

function statusOf(store: Store, workload: Workload): NonNullable<Workload['status']> {
  const pods = living(store.all<Pod>('v1', 'Pod', workload.metadata.namespace)).filter((pod) => isOf(store, workload, pod));
  const ready = pods.filter((pod) => pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True')).length;
  const revision = `${workload.metadata.name}-${templateHash(workload.spec.template)}`;
  return {
    observedGeneration: workload.metadata.generation ?? 1,
    replicas: pods.length,
    updatedReplicas: pods.length,
    readyReplicas: ready,
    availableReplicas: ready,
    ...(workload.kind === 'StatefulSet' && { currentRevision: revision, updateRevision: revision }),
  };
}

function isOf(store: Store, workload: Workload, pod: Pod): boolean {
  if (workload.kind !== 'Deployment') return owns(workload, pod);
  const replicaSet = store.all('apps/v1', 'ReplicaSet', workload.metadata.namespace).find((each) => owns(each, pod));
  return replicaSet !== undefined && owns(workload, replicaSet);
}
