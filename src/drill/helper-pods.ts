import { setTimeout as sleep } from 'node:timers/promises';
import { isCreated } from '../adapters/kube/is-created.js';
import type { RawKube } from '../adapters/kube/kube.js';
import { failure } from '../errors.js';
import { labels, systemNamespace } from '../model/act.js';
import { type DrillRequest, drillLabels } from '../model/drill.js';
import type { KubeObject, Pod } from '../model/kube-object.js';
import { wordsOf } from './again.js';
import { ask, type Peer, wirePort } from './wire.js';

const readyWithinMs = 90_000;
const pollMs = 300;

export interface HelperPeer extends Peer {
  readonly node: string;
}

/** What a helper's pod has beside what all have. */
interface Placed {
  readonly name: string;
  readonly role: 'guard' | 'hand';
  readonly spec: object;
  readonly securityContext: object;
}

/** Guard and hands of this course: made when first asked for, found again by whoever asks later. */
export class HelperPods {
  readonly #kube: RawKube;
  readonly #request: DrillRequest;
  readonly #known = new Map<string, HelperPeer>();

  constructor(kube: RawKube, request: DrillRequest) {
    this.#kube = kube;
    this.#request = request;
  }

  /** Once it answers; on none of the nodes that it must outlive. */
  guardOff(nodes: readonly string[]): Promise<HelperPeer> {
    const elsewhere = { nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'NotIn', values: nodes }] }] };
    return this.#helper({
      name: `${this.#request.name}-guard`,
      role: 'guard',
      spec: {
        serviceAccountName: this.#request.name,
        affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: elsewhere } },
        securityContext: { runAsNonRoot: true, runAsUser: 65_532, runAsGroup: 65_532, fsGroup: 65_532, seccompProfile: { type: 'RuntimeDefault' } },
      },
      securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
    });
  }

  /** Privileged, and in the node's own pid namespace; on the member's node, whatever taints that has. */
  readonly handOn = (node: string): Promise<HelperPeer> =>
    this.#helper({
      name: `${this.#request.name}-hand-${node}`,
      role: 'hand',
      spec: { nodeName: node, hostPID: true, automountServiceAccountToken: false, tolerations: [{ operator: 'Exists' }] },
      securityContext: { privileged: true, runAsUser: 0 },
    });

  async removeHands(): Promise<void> {
    const labelSelector = `${drillLabels.drill}=${this.#request.name},${drillLabels.role}=hand`;
    const pods = await this.#kube.list<KubeObject>({ apiVersion: 'v1', kind: 'Pod', namespace: systemNamespace, labelSelector });
    for (const { metadata } of pods) await this.#kube.delete({ apiVersion: 'v1', kind: 'Pod', namespace: systemNamespace, name: metadata.name });
  }

  async #helper(placed: Placed): Promise<HelperPeer> {
    const known = this.#known.get(placed.name);
    if (known) return known;
    await isCreated(this.#kube.create(helperPod(this.#request, placed)));
    const peer = await this.#answering(placed.name);
    this.#known.set(placed.name, peer);
    return peer;
  }

  /** NotReady after a minute and a half. */
  async #answering(name: string): Promise<HelperPeer> {
    let why = 'no node takes it';
    for (const until = Date.now() + readyWithinMs; Date.now() < until; await sleep(pollMs)) {
      const pod = await this.#kube.get<Pod>({ apiVersion: 'v1', kind: 'Pod', namespace: systemNamespace, name });
      const { podIP: address } = pod?.status ?? {};
      if (!address) continue;
      const peer = { address, token: this.#request.token, node: pod?.spec.nodeName ?? '' };
      try {
        await ask(peer, 'ping');
        return peer;
      } catch (error) {
        why = wordsOf(error);
      }
    }
    throw failure('NotReady', `${name} is not ready: ${why}`);
  }
}

function helperPod({ run, name: course, image }: DrillRequest, { name, role, spec, securityContext }: Placed): KubeObject & { readonly spec: unknown } {
  const container = {
    name: role,
    image,
    imagePullPolicy: 'IfNotPresent',
    command: ['node', '/app/main.mjs', role],
    env: [{ name: 'REHELM_REQUEST', value: '/request/request.json' }],
    ports: [{ containerPort: wirePort }],
    securityContext,
    resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '512Mi' } },
    volumeMounts: [{ name: 'request', mountPath: '/request', readOnly: true }],
  };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: systemNamespace, labels: { [labels.run]: run, [drillLabels.drill]: course, [drillLabels.role]: role } },
    spec: {
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 2,
      ...spec,
      containers: [container],
      volumes: [{ name: 'request', secret: { secretName: course } }],
    },
  };
}
