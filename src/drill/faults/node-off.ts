import type { Power } from '../../adapters/power/power.js';
import { failure, isFailure } from '../../errors.js';
import type { Fault } from '../../model/drill.js';
import type { Node, Pod } from '../../model/kube-object.js';
import type { FaultKindOf, Tools } from './fault.js';

export interface NodeToSwitch {
  readonly node: string;
  readonly stuckPods?: Fault['stuckPods'];
}

/** Kubernetes deletes the pods of a node that carries it and detaches their volumes, without a word of its kubelet. */
const outOfService = { key: 'node.kubernetes.io/out-of-service', value: 'nodeshutdown', effect: 'NoExecute' } as const;

type Taints = NonNullable<NonNullable<Node['spec']>['taints']>;

/** The node loses its power and its network at once. Off is what the power controller says, never NotReady, a ping or a lease's age. */
export function nodeOff({ power, kube }: Pick<Tools, 'power' | 'kube'>): FaultKindOf<NodeToSwitch> {
  const controller = (): Power => {
    if (!power) throw failure('PreflightFailed', 'nobody can switch this node: name a power controller');
    return power;
  };

  async function readTaints(name: string): Promise<{ readonly taints: Taints; readonly resourceVersion: string | undefined }> {
    const found = await kube.get<Node>({ apiVersion: 'v1', kind: 'Node', name });
    return { taints: found?.spec?.taints ?? [], resourceVersion: found?.metadata.resourceVersion };
  }

  /** Conflict where the node was changed meanwhile: whoever asked tries again. */
  async function changeTaints(name: string, change: (taints: Taints) => Taints): Promise<void> {
    const { taints, resourceVersion } = await readTaints(name);
    const wanted = change(taints);
    if (wanted.length !== taints.length)
      await kube.patch({ apiVersion: 'v1', kind: 'Node', name }, { metadata: { resourceVersion }, spec: { taints: wanted } });
  }

  const without = (taints: Taints) => taints.filter(({ key }) => key !== outOfService.key);

  async function deleteByForce({ metadata }: Pod): Promise<void> {
    const { namespace = '', name, uid = '' } = metadata;
    await kube.delete({ apiVersion: 'v1', kind: 'Pod', namespace, name }, { uid, graceSeconds: 0 }).catch((error: unknown) => {
      // Another pod of the name stands somewhere else by now.
      if (!isFailure(error, 'Conflict')) throw error;
    });
  }

  return {
    async capture({ node }, { stuckPods }) {
      if ((await controller().state(node)) !== 'on') throw failure('NotReady', `the power controller says that ${node} is off already`);
      const { taints } = await readTaints(node);
      if (stuckPods === 'outOfService' && without(taints).length < taints.length)
        throw failure('NotReady', `${node} has the taint ${outOfService.key} already: it would be taken off in the end`);
      return { node, ...(stuckPods && { stuckPods }) };
    },
    inject: ({ node }) => controller().switch(node, 'off'),
    whyNotProved: async ({ node }) => ((await controller().state(node)) === 'off' ? undefined : `${node} is not off`),
    held: async ({ node }) => ((await controller().state(node)) === 'off' ? { state: 'held' } : { state: 'ended', why: `somebody switched ${node} on` }),
    async free({ node, stuckPods }, pods) {
      if (stuckPods === undefined || pods.length === 0 || (await controller().state(node)) !== 'off') return false;
      if (stuckPods === 'outOfService') await changeTaints(node, (taints) => [...without(taints), outOfService]);
      else for (const pod of pods) await deleteByForce(pod);
      return true;
    },
    async revert({ node, stuckPods }) {
      await controller().switch(node, 'on');
      if (stuckPods === 'outOfService') await changeTaints(node, without);
    },
  };
}
