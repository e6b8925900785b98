import type { RawKube } from '../../adapters/kube/kube.js';
import { failure, isFailure } from '../../errors.js';
import { labels, systemNamespace } from '../../model/act.js';
import type { DrillRequest } from '../../model/drill.js';
import type { KubeObject, Pod } from '../../model/kube-object.js';
import { ask, type Peer, wirePort } from '../wire.js';

const readyWithinMs = 60_000;
const pollMs = 300;

/** Hands of this course, one on each node where one is needed: made when first asked for, found again by whoever asks later. */
export class Hands {
  readonly #kube: RawKube;
  readonly #request: DrillRequest;
  readonly #known = new Map<string, Peer>();

  constructor(kube: RawKube, request: DrillRequest) {
    this.#kube = kube;
    this.#request = request;
  }

  /** Once it answers. NotReady after a minute. */
  readonly on = async (node: string): Promise<Peer> => {
    const known = this.#known.get(node);
    if (known) return known;
    const name = this.#nameOn(node);
    await this.#kube.create(handPod(this.#request, name, node)).catch((error: unknown) => {
      if (!isFailure(error, 'AlreadyExists')) throw error;
    });
    const peer = await this.#answering(name);
    this.#known.set(node, peer);
    return peer;
  };

  async remove(): Promise<void> {
    const { name } = this.#request;
    const pods = await this.#kube.list<KubeObject>({
      apiVersion: 'v1',
      kind: 'Pod',
      namespace: systemNamespace,
      labelSelector: `rehelm.dev/drill=${name},rehelm.dev/role=hand`,
    });
    for (const { metadata } of pods) await this.#kube.delete({ apiVersion: 'v1', kind: 'Pod', namespace: systemNamespace, name: metadata.name });
  }

  #nameOn(node: string): string {
    return `${this.#request.name}-hand-${node}`;
  }

  async #answering(name: string): Promise<Peer> {
    let why = 'it was not scheduled';
    for (const until = Date.now() + readyWithinMs; Date.now() < until; await new Promise((resolve) => setTimeout(resolve, pollMs))) {
      const pod = await this.#kube.get<Pod>({ apiVersion: 'v1', kind: 'Pod', namespace: systemNamespace, name });
      const address = pod?.status?.podIP;
      if (!address) continue;
      const peer = { address, token: this.#request.token };
      try {
        await ask(peer, 'ping');
        return peer;
      } catch (error) {
        why = error instanceof Error ? error.message : String(error);
      }
    }
    throw failure('NotReady', `the hand ${name} is not ready: ${why}`);
  }
}

/** Privileged, and in the node's own pid namespace; on the member's node, whatever taints that has. */
function handPod({ run, name: course, image }: DrillRequest, name: string, node: string): KubeObject & { readonly spec: unknown } {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: systemNamespace, labels: { [labels.run]: run, 'rehelm.dev/drill': course, 'rehelm.dev/role': 'hand' } },
    spec: {
      nodeName: node,
      hostPID: true,
      restartPolicy: 'Never',
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 1,
      tolerations: [{ operator: 'Exists' }],
      containers: [
        {
          name: 'hand',
          image,
          imagePullPolicy: 'IfNotPresent',
          command: ['node', '/app/main.mjs', 'hand'],
          env: [{ name: 'REHELM_REQUEST', value: '/request/request.json' }],
          ports: [{ containerPort: wirePort }],
          securityContext: { privileged: true, runAsUser: 0 },
          resources: { requests: { cpu: '20m', memory: '48Mi' }, limits: { memory: '256Mi' } },
          volumeMounts: [{ name: 'request', mountPath: '/request', readOnly: true }],
        },
      ],
      volumes: [{ name: 'request', secret: { secretName: course } }],
    },
  };
}
