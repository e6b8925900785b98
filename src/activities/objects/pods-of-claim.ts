import type { KubeReader } from '../../adapters/kube/kube.js';
import type { Pod } from '../../model/kube-object.js';
import type { NamespacedName } from './namespaced-name.js';

/** Every pod that mounts the claim. One that has ended counts, too: seen on 1.35, it keeps the claim from going until it is deleted itself. */
export async function podsOfClaim(kube: KubeReader, { namespace, name }: NamespacedName): Promise<readonly Pod[]> {
  const pods = await kube.list<Pod>({ apiVersion: 'v1', kind: 'Pod', namespace });
  return pods.filter(({ spec }) => spec.volumes?.some(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName === name));
}

export const hasEnded = ({ status }: Pod): boolean => status?.phase === 'Succeeded' || status?.phase === 'Failed';

/** `redis-0, backup-7x (has ended)` */
export const showPods = (pods: readonly Pod[]): string => pods.map((pod) => `${pod.metadata.name}${hasEnded(pod) ? ' (has ended)' : ''}`).join(', ');
