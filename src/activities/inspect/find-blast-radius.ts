import type { KubeReader } from '../../adapters/kube/kube.js';
import { systemNamespace } from '../../model/act.js';
import type { FoundMember } from '../../model/failover-drill.js';
import { hasCondition } from '../../model/has-condition.js';
import type { KubeObject, Node, Pod, Service } from '../../model/kube-object.js';

type Budget = KubeObject & {
  readonly spec: { readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>> } };
  readonly status?: { readonly disruptionsAllowed?: number };
};

export interface Radius {
  /** Pods of others, `NAMESPACE/NAME on NODE`. */
  readonly collateral: readonly string[];
  /** Why a node must not be switched off, one sentence each. */
  readonly obstacles: readonly string[];
}

export interface Allowed {
  readonly namespace: string;
  readonly collateral: readonly string[];
}

const isOver = ({ status }: Pod) => status?.phase === 'Succeeded' || status?.phase === 'Failed';
const ofDaemonSet = ({ metadata }: Pod) => metadata.ownerReferences?.some(({ kind }) => kind === 'DaemonSet') ?? false;
const matches = (wanted: Readonly<Record<string, string>> | undefined, { metadata }: Pod) =>
  wanted !== undefined && Object.keys(wanted).length > 0 && Object.entries(wanted).every(([key, value]) => metadata.labels?.[key] === value);
const shown = ({ metadata }: Pod) => `${metadata.namespace}/${metadata.name}`;

/** Every pod that goes down with a member's node, and whoever must not: any member may be the one, so every node is looked at. */
export async function findBlastRadius(kube: KubeReader, members: readonly FoundMember[], allowed: Allowed): Promise<Radius> {
  const nodes = [...new Set(members.map(({ node }) => node))].sort();
  const [pods, services, budgets, known] = await Promise.all([
    kube.list<Pod>({ apiVersion: 'v1', kind: 'Pod' }),
    kube.list<Service>({ apiVersion: 'v1', kind: 'Service' }),
    kube.list<Budget>({ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget' }),
    kube.list<Node>({ apiVersion: 'v1', kind: 'Node' }),
  ]);
  const own = new Set(members.map(({ name }) => `${allowed.namespace}/${name}`));
  const each = nodes.map((node) => {
    const gone = pods.filter((pod) => pod.spec.nodeName === node && !isOver(pod));
    const others = gone.filter((pod) => !own.has(shown(pod)) && !ofDaemonSet(pod));
    return {
      collateral: others.map((pod) => `${shown(pod)} on ${node}`),
      obstacles: [
        ...controlPlane(known, node),
        ...zoneThatStops(known, node),
        ...others.filter((pod) => !mayGo(pod, allowed)).map((pod) => `${shown(pod)} stands on ${node}: ${whyNot(pod)}`),
        ...lastBehind(services, pods, gone, node),
        ...brokenBudgets(budgets, gone, node),
        ...brokenQuorum(members, node),
      ],
    };
  });
  return { collateral: each.flatMap(({ collateral }) => collateral), obstacles: each.flatMap(({ obstacles }) => obstacles) };
}

const mayGo = ({ metadata }: Pod, { namespace, collateral }: Allowed): boolean =>
  metadata.namespace !== systemNamespace && [namespace, ...collateral].includes(metadata.namespace ?? '');

const whyNot = ({ metadata }: Pod): string =>
  metadata.namespace === systemNamespace ? 'rehelm itself' : `namespace ${metadata.namespace} is not in allowed.collateral`;

const controlPlane = (known: readonly Node[], node: string): readonly string[] =>
  known.some(({ metadata }) => metadata.name === node && 'node-role.kubernetes.io/control-plane' in (metadata.labels ?? {}))
    ? [`${node} is a node of the control plane`]
    : [];

const zoneLabel = 'topology.kubernetes.io/zone';
const zoneOf = ({ metadata }: Node): string => metadata.labels?.[zoneLabel] ?? '';
/** The node controller's --unhealthy-zone-threshold, and from how many nodes on it looks at it; both as they come. */
const unhealthyShare = 0.55;
const fewUnhealthy = 2;

/** Where most of a zone's nodes are down, Kubernetes takes it for the network's fault and evicts nothing: the members of the node would stay where they are. */
function zoneThatStops(known: readonly Node[], name: string): readonly string[] {
  const zone = known.find(({ metadata }) => metadata.name === name);
  const inZone = zone ? known.filter((node) => zoneOf(node) === zoneOf(zone)) : [];
  const down = inZone.filter((node) => node === zone || !hasCondition(node, 'Ready')).length;
  if (down <= fewUnhealthy || down / inZone.length < unhealthyShare) return [];
  const where = zone && zoneOf(zone) !== '' ? `of zone ${zoneOf(zone)}` : 'of the cluster';
  return [`with ${name} off, ${down} of ${inZone.length} nodes ${where} are down: Kubernetes evicts nothing there any more`];
}

/** A Service whose last ready pods go with the node. */
function lastBehind(services: readonly Service[], pods: readonly Pod[], gone: readonly Pod[], node: string): readonly string[] {
  return services.flatMap(({ metadata, spec }) => {
    const behind = pods.filter((pod) => pod.metadata.namespace === metadata.namespace && hasCondition(pod, 'Ready') && matches(spec.selector, pod));
    const left = behind.filter((pod) => !gone.includes(pod));
    return behind.length > 0 && left.length === 0
      ? [`Service ${metadata.namespace}/${metadata.name} has its only ready pods on ${node}: ${behind.map(shown).join(', ')}`]
      : [];
  });
}

function brokenBudgets(budgets: readonly Budget[], gone: readonly Pod[], node: string): readonly string[] {
  return budgets.flatMap(({ metadata, spec, status }) => {
    const hit = gone.filter((pod) => pod.metadata.namespace === metadata.namespace && matches(spec.selector?.matchLabels, pod)).length;
    const allowed = status?.disruptionsAllowed ?? 0;
    return hit > allowed ? [`PodDisruptionBudget ${metadata.namespace}/${metadata.name} allows ${allowed} disruptions; ${hit} of its pods are on ${node}`] : [];
  });
}

/** More than half of the members must live on: fewer elect nobody. */
function brokenQuorum(members: readonly FoundMember[], node: string): readonly string[] {
  const left = members.filter((member) => member.node !== node).length;
  return left * 2 > members.length || (members.length === 2 && left === 1)
    ? []
    : [`${members.length - left} of ${members.length} members are on ${node}: without it there is no quorum`];
}
