import type { RawKube } from '../../adapters/kube/kube.js';
import { isFailure } from '../../errors.js';
import type { Pod } from '../../model/kube-object.js';
import type { Member } from '../members.js';
import type { FaultKindOf } from './fault.js';

export interface DeletedPod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** The pod is deleted as an eviction or a person would: with its own grace period. Its controller makes another. */
export function podDelete(kube: RawKube, namespace: string): FaultKindOf<DeletedPod> {
  const ref = ({ namespace: at, name }: DeletedPod) => ({ apiVersion: 'v1', kind: 'Pod', namespace: at, name });
  return {
    async capture({ name, uid }: Member) {
      return { namespace, name, uid };
    },
    async inject(pod) {
      await kube.delete(ref(pod), { uid: pod.uid }).catch((error: unknown) => {
        if (!isFailure(error, 'NotFound', 'Conflict')) throw error;
      });
    },
    async whyNotProved(pod) {
      const found = await kube.get<Pod>(ref(pod));
      return found?.metadata.uid === pod.uid && !found.metadata.deletionTimestamp ? `pod ${pod.name} is not being deleted` : undefined;
    },
    async held() {
      return { state: 'over' };
    },
    async revert() {},
  };
}
