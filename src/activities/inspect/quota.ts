import type { Rendered } from '../../adapters/helm/helm.js';
import type { Container, KubeObject, PersistentVolumeClaim, Service } from '../../model/kube-object.js';
import { readQuantity } from '../../model/quantity.js';
import { type ChartPods, chartPods } from './chart-pods.js';

export interface Quota extends KubeObject {
  readonly spec?: { readonly scopes?: readonly string[]; readonly scopeSelector?: unknown };
  readonly status?: { readonly hard?: Readonly<Record<string, string>>; readonly used?: Readonly<Record<string, string>> };
}

/** Names of a quota's resources with what would be needed of them. */
export type Demand = Readonly<Record<string, number>>;

/** A claim of the target, the chart's own or one that is handed over: it counts once. */
export interface DemandedClaim {
  readonly name: string;
  readonly size: string;
}

/** What the chart would ask of its namespace. */
export function demandOf(rendered: readonly Rendered[], claims: readonly DemandedClaim[]): Demand {
  const pods = chartPods(rendered);
  const made = rendered.filter(({ hooks }) => hooks.length === 0).map(({ object }) => object);
  const services = made.filter(isService);
  const sizes = new Map([
    ...made.filter(isClaim).map(({ metadata, spec }): [string, unknown] => [metadata.name, spec.resources?.requests?.storage]),
    ...claims.map(({ name, size }): [string, unknown] => [name, size]),
  ]);
  return {
    pods: pods.reduce((sum, { replicas }) => sum + replicas, 0),
    ...computeDemand(pods),
    services: services.length,
    'services.loadbalancers': services.filter(({ spec }) => spec.type === 'LoadBalancer').length,
    'services.nodeports': services.filter(({ spec }) => spec.type === 'LoadBalancer' || spec.type === 'NodePort').length,
    persistentvolumeclaims: sizes.size,
    'requests.storage': [...sizes.values()].reduce<number>((sum, size) => sum + (readQuantity(size) ?? 0), 0),
  };
}

const isService = (object: KubeObject): object is Service => object.apiVersion === 'v1' && object.kind === 'Service';
const isClaim = (object: KubeObject): object is PersistentVolumeClaim => object.kind === 'PersistentVolumeClaim';

const compute = [
  ['requests', 'cpu'],
  ['requests', 'memory'],
  ['limits', 'cpu'],
  ['limits', 'memory'],
] as const;

type Bound = (typeof compute)[number];

function computeDemand(pods: readonly ChartPods[]): Demand {
  const sums = compute.map((bound): [string, number] => [bound.join('.'), pods.reduce((sum, { replicas, spec }) => sum + replicas * ofPod(spec, bound), 0)]);
  const demand = Object.fromEntries(sums);
  // A quota may call requests by their short names.
  return { ...demand, cpu: demand['requests.cpu'] ?? 0, memory: demand['requests.memory'] ?? 0 };
}

/** Init containers run one after the other before the others: the larger of both counts. */
function ofPod({ containers, initContainers = [] }: ChartPods['spec'], bound: Bound): number {
  const together = containers.reduce((sum, container) => sum + (amountOf(container, bound) ?? 0), 0);
  return Math.max(together, ...initContainers.map((container) => amountOf(container, bound) ?? 0));
}

/** Without a request its limit is the request. */
function amountOf({ resources }: Container, [kind, resource]: Bound): number | undefined {
  const said = (kindOf: string) => readQuantity((resources?.[kindOf] as Record<string, unknown> | undefined)?.[resource]);
  return said(kind) ?? (kind === 'requests' ? said('limits') : undefined);
}

/** What a quota would refuse. Quotas of a scope concern some pods only: the server alone knows which. */
export function quotaObjections(quotas: readonly Quota[], demand: Demand): readonly string[] {
  return quotas
    .filter(({ spec }) => !spec?.scopes?.length && !spec?.scopeSelector)
    .flatMap(({ metadata, status }) =>
      Object.entries(status?.hard ?? {}).flatMap(([resource, hard]) => {
        const needed = demand[resource] ?? 0;
        const used = readQuantity(status?.used?.[resource]) ?? 0;
        const free = (readQuantity(hard) ?? Number.POSITIVE_INFINITY) - used;
        if (needed === 0 || needed <= free) return [];
        return [`ResourceQuota ${metadata.name}: the chart needs ${resource} ${round(needed)}, of ${hard} there are ${round(Math.max(0, free))} free`];
      }),
    );
}

const round = (amount: number) => Math.round(amount * 1000) / 1000;

/** A quota on cpu or memory refuses pods that say nothing of it, unless a LimitRange says it for them. */
export function silentPods(quotas: readonly Quota[], rendered: readonly Rendered[]): readonly string[] {
  const limited = new Set(quotas.flatMap(({ status }) => Object.keys(status?.hard ?? {})));
  const wanted = compute.filter(([kind, resource]) => limited.has(`${kind}.${resource}`) || (kind === 'requests' && limited.has(resource)));
  return chartPods(rendered).flatMap(({ owner, spec }) => {
    const silent = wanted.filter((bound) => spec.containers.some((container) => amountOf(container, bound) === undefined)).map((bound) => bound.join('.'));
    return silent.length === 0 ? [] : [`${owner} says no ${silent.join(', ')}, which a ResourceQuota of the namespace demands`];
  });
}
