import type { Helm, Rendered, Values } from '../../adapters/helm/helm.js';
import type { Kube } from '../../adapters/kube/kube.js';
import type { KubeObject, PodSpec, Service, Workload } from '../../model/kube-object.js';
import type { KustomizeToHelmSpec, SecretClass } from '../../model/kustomize-to-helm.js';
import type { ObjectRef, WorkloadRef } from '../../model/refs.js';
import { refOf } from './find-source.js';

/** What the chart would make, as a dry run on the server says. Lives inside one activity: rendered Secrets never leave it. */
export interface RenderedChart {
  readonly open: readonly Rendered[];
  readonly workloads: readonly Workload[];
  readonly exposed: readonly ObjectRef[];
  readonly exposedWhenClosed: readonly ObjectRef[];
}

/** Renders the chart with the real values and with the closing ones. */
export async function renderChart(helm: Helm, { target, traffic }: KustomizeToHelmSpec, values: Values, closedValues: Values): Promise<RenderedChart> {
  const release = { namespace: target.namespace, name: target.release };
  const chart = chartRef(target);
  const open = await helm.render(release, chart, values);
  const closed = traffic.closed ? await helm.render(release, chart, closedValues) : open;
  const workloads = open.flatMap(({ object, hooks }) => (hooks.length === 0 && isWorkload(object) ? [object] : []));
  return { open, workloads, exposed: exposures(open), exposedWhenClosed: exposures(closed) };
}

export const chartRef = ({ chart, version, registry }: KustomizeToHelmSpec['target']) => ({
  chart,
  version,
  ...(registry && { registry: registry.secretRef, ...(registry.plainHttp && { plainHttp: registry.plainHttp }) }),
});

export const isWorkload = (object: KubeObject): object is Workload =>
  object.apiVersion === 'apps/v1' && (object.kind === 'Deployment' || object.kind === 'StatefulSet');

export const workloadRef = ({ kind, metadata }: Workload, namespace: string): WorkloadRef => ({
  apiVersion: 'apps/v1',
  kind: kind === 'StatefulSet' ? 'StatefulSet' : 'Deployment',
  namespace: metadata.namespace ?? namespace,
  name: metadata.name,
});

/** Ingresses, routes, and Services of type LoadBalancer or NodePort: where users come in. */
function exposures(rendered: readonly Rendered[]): readonly ObjectRef[] {
  return rendered.filter(({ object, hooks }) => hooks.length === 0 && isExposed(object)).map(({ object }) => refOf(object));
}

const routes = new Set(['Ingress', 'HTTPRoute', 'TLSRoute', 'TCPRoute', 'Route', 'IngressRoute', 'VirtualService']);
const isService = (object: KubeObject): object is Service => object.apiVersion === 'v1' && object.kind === 'Service';
const isExposed = (object: KubeObject) =>
  routes.has(object.kind) || (isService(object) && (object.spec.type === 'LoadBalancer' || object.spec.type === 'NodePort'));

/** How the chart makes a Secret of this name, if it does. */
export function classOf(name: string, rendered: readonly Rendered[]): SecretClass {
  const made = rendered.find(({ object }) => object.kind === 'Secret' && object.metadata.name === name);
  if (!made) return 'plain';
  if (made.hooks.some((hook) => hook === 'pre-install' || hook === 'pre-upgrade')) return 'hook';
  return made.kept ? 'kept' : 'owned';
}

/** True where leaving the chart's hooks out loses nothing: each is a Secret that is carried over. */
export function hooksAreCarried(rendered: readonly Rendered[], carried: ReadonlySet<string>): boolean {
  const hooks = rendered.filter(({ hooks: events }) => events.some((event) => !event.startsWith('test')));
  return hooks.length > 0 && hooks.every(({ object }) => object.kind === 'Secret' && carried.has(object.metadata.name));
}

/** Secrets that the chart's pods name and cannot start without. */
export function secretsNeeded(workloads: readonly Workload[]): readonly string[] {
  return [...new Set(workloads.flatMap(({ spec }) => secretsOf(spec.template.spec)))];
}

export function secretsOf(pod: PodSpec): readonly string[] {
  const containers = [...pod.containers, ...(pod.initContainers ?? [])];
  const fromEnv = containers.flatMap(({ env = [], envFrom = [] }) => [
    ...env.flatMap(({ valueFrom }) => (valueFrom?.secretKeyRef && !valueFrom.secretKeyRef.optional ? [valueFrom.secretKeyRef.name] : [])),
    ...envFrom.flatMap(({ secretRef }) => (secretRef ? [secretRef.name] : [])),
  ]);
  const mounted = (pod.volumes ?? []).flatMap(({ secret }) => (secret && !secret.optional ? [secret.secretName] : []));
  return [...fromEnv, ...mounted];
}

/** Cluster-scoped objects that the chart declares and that exist already: they are adopted, or the install fails. */
export async function findAdoptable(kube: Kube, { adopt }: KustomizeToHelmSpec, rendered: readonly Rendered[]): Promise<readonly ObjectRef[]> {
  if (adopt !== 'fromChart') return adopt;
  const found = await Promise.all(
    rendered.map(async ({ object, hooks }) => {
      if (hooks.length || !(await kube.serves(object)) || (await kube.isNamespaced(object))) return [];
      const ref: ObjectRef = { apiVersion: object.apiVersion, kind: object.kind, name: object.metadata.name };
      return (await kube.get(ref)) ? [ref] : [];
    }),
  );
  return found.flat();
}
