import type { Container, KubeObject, PersistentVolumeClaim, Pod } from '../../../../src/model/kube-object.js';
import type { Behaviour, PodFate } from '../behaviour.js';
import type { Store } from '../store.js';

/** The kubelets: what holds a pod back, else what the test says of it. Pods of Jobs are left to the Jobs. */
export function reconcilePods(store: Store, behaviour: Behaviour): void {
  for (const pod of store.all<Pod>('v1', 'Pod')) {
    const ofJob = pod.metadata.ownerReferences?.some(({ kind }) => kind === 'Job');
    if (ofJob || pod.metadata.deletionTimestamp || ['Succeeded', 'Failed'].includes(pod.status?.phase ?? '')) continue;
    const reason = unschedulable(store, pod);
    store.put(
      reason === undefined
        ? { ...pod, spec: { nodeName: 'node-1', ...pod.spec }, status: statusOf(pod, unmounted(store, pod) ?? missingConfig(store, pod) ?? behaviour.pod(pod)) }
        : { ...pod, status: pending(reason) },
    );
  }
}

/** Names of the claims that a pod mounts. */
export const claimsOf = (pod: Pod): string[] => (pod.spec.volumes ?? []).flatMap((volume) => volume.persistentVolumeClaim?.claimName ?? []);

function unschedulable(store: Store, pod: Pod): string | undefined {
  for (const name of claimsOf(pod)) {
    const claim = store.get<PersistentVolumeClaim>({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: pod.metadata.namespace ?? '', name });
    if (claim === undefined) return `persistentvolumeclaim "${name}" not found`;
    if (claim.metadata.deletionTimestamp && pod.status?.phase !== 'Running') return `persistentvolumeclaim "${name}" is being deleted`;
    if (claim.status?.phase !== 'Bound') return 'pod has unbound immediate PersistentVolumeClaims';
  }
  return undefined;
}

/** A container that names a Secret or ConfigMap which is not there does not start. */
function missingConfig(store: Store, pod: Pod): PodFate | undefined {
  const missing = [...(pod.spec.initContainers ?? []), ...pod.spec.containers].flatMap(configOf).find(([kind, name]) => !find(store, pod, kind, name));
  return missing && { notReady: 'CreateContainerConfigError', message: `${missing[0].toLowerCase()} "${missing[1]}" not found` };
}

/** Nor does any container of a pod with a volume of one that is not there, or that lacks the key that the volume is of. */
export function unmounted(store: Store, pod: Pod): PodFate | undefined {
  const volumes = (pod.spec.volumes ?? []).flatMap(({ secret, configMap }) => [
    ...(secret && !secret.optional ? [{ kind: 'Secret' as const, name: secret.secretName, items: secret.items }] : []),
    ...(configMap && !configMap.optional ? [{ kind: 'ConfigMap' as const, name: configMap.name, items: configMap.items }] : []),
  ]);
  for (const { kind, name, items = [] } of volumes) {
    const found = find(store, pod, kind, name);
    if (!found) return { notReady: 'ContainerCreating', message: `${kind.toLowerCase()} "${name}" not found` };
    const lacking = items.find(({ key }) => found.data?.[key] === undefined);
    if (lacking)
      return {
        notReady: 'ContainerCreating',
        message: `${kind.toLowerCase()} references non-existent ${kind === 'Secret' ? 'secret' : 'config'} key: ${lacking.key}`,
      };
  }
  return undefined;
}

const find = (store: Store, pod: Pod, kind: 'Secret' | 'ConfigMap', name: string) =>
  store.get<KubeObject & { readonly data?: Readonly<Record<string, string>> }>({ apiVersion: 'v1', kind, namespace: pod.metadata.namespace ?? '', name });

function configOf(container: Container): ['Secret' | 'ConfigMap', string][] {
  const whole = (container.envFrom ?? []).flatMap(({ secretRef, configMapRef }) => [...named('Secret', secretRef), ...named('ConfigMap', configMapRef)]);
  const keys = (container.env ?? []).flatMap(({ valueFrom }) => [
    ...named('Secret', valueFrom?.secretKeyRef),
    ...named('ConfigMap', valueFrom?.configMapKeyRef),
  ]);
  return [...whole, ...keys];
}

const named = (kind: 'Secret' | 'ConfigMap', source: { readonly name: string; readonly optional?: boolean } | undefined): ['Secret' | 'ConfigMap', string][] =>
  source && !source.optional ? [[kind, source.name]] : [];

const pending = (message: string): NonNullable<Pod['status']> => ({
  phase: 'Pending',
  conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }],
});

/** The status of a pod that has a node. */
export function statusOf(pod: Pod, fate: PodFate): NonNullable<Pod['status']> {
  const names = pod.spec.containers.map(({ name }) => name);
  const at = (phase: string, ready: boolean, container: object) => ({
    phase,
    podIP: addressOf(pod),
    conditions: [
      { type: 'PodScheduled', status: 'True' },
      { type: 'Ready', status: ready ? 'True' : 'False', ...(!ready && { reason: 'ContainersNotReady' }) },
    ],
    containerStatuses: names.map((name) => ({ name, ready, restartCount: 0, ...container })),
  });
  if (fate === 'ready') return at('Running', true, { state: { running: {} } });
  if ('ended' in fate) {
    const exitCode = fate.exitCode ?? (fate.ended === 'Succeeded' ? 0 : 1);
    return at(fate.ended, false, { state: { terminated: { exitCode, reason: fate.ended === 'Succeeded' ? 'Completed' : 'Error' } } });
  }
  const waiting = { reason: fate.notReady, ...(fate.message !== undefined && { message: fate.message }) };
  return at(fate.restarts ? 'Running' : 'Pending', false, { restartCount: fate.restarts ?? 0, state: { waiting } });
}

function addressOf({ metadata: { uid = '' } }: Pod): string {
  const number = Number.parseInt(uid.replace(/\D/g, '').slice(-6) || '0', 10);
  return `10.244.${Math.floor(number / 250) % 250}.${(number % 250) + 1}`;
}
