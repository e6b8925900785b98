import type { ChartFacts, Helm, Rendered, Values } from '../../adapters/helm/helm.js';
import type { Kube } from '../../adapters/kube/kube.js';
import { failure, isFailure } from '../../errors.js';
import type { KubeObject, PersistentVolumeClaim, Service, Workload } from '../../model/kube-object.js';
import type { KustomizeToHelmSpec, SecretClass } from '../../model/kustomize-to-helm.js';
import { readQuantity } from '../../model/quantity.js';
import { type ObjectRef, showRef, type WorkloadRef } from '../../model/refs.js';
import { satisfies } from '../../model/version-range.js';
import { refOf } from '../objects/ref-of.js';
import type { Problems } from './problems.js';

/** What the chart would make, as a dry run on the server says. Lives inside one activity: rendered Secrets never leave it. */
export interface RenderedChart {
  readonly open: readonly Rendered[];
  /** As it is installed at first: with the values that keep users out. */
  readonly closed: readonly Rendered[];
  readonly workloads: readonly Workload[];
  readonly exposed: readonly ObjectRef[];
  readonly exposedWhenClosed: readonly ObjectRef[];
}

/** Renders the chart with the real values and with the closing ones. */
export async function renderChart(helm: Helm, { target, traffic }: KustomizeToHelmSpec, values: Values, closedValues: Values): Promise<RenderedChart> {
  const release = { namespace: target.namespace, name: target.release };
  const chart = chartRef(target);
  const render = (given: Values) => helm.render(release, chart, given).catch((error: unknown) => explain(error));
  const open = await render(values);
  const closed = traffic.closed ? await render(closedValues) : open;
  const workloads = open.flatMap(({ object, hooks }) => (hooks.length === 0 && isWorkload(object) ? [object] : []));
  return { open, closed, workloads, exposed: exposures(open), exposedWhenClosed: exposures(closed) };
}

/** A dry run on the server knows no kind that the chart itself would bring. */
function explain(error: unknown): never {
  if (!isFailure(error, 'HelmFailed') || !/no matches for kind|ensure CRDs are installed/i.test(error.message)) throw error;
  throw failure('HelmFailed', `the chart uses kinds that the cluster does not serve: install its CRDs first (${error.message})`);
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
export function exposures(rendered: readonly Rendered[]): readonly ObjectRef[] {
  return rendered.filter(({ object, hooks }) => hooks.length === 0 && isExposed(object)).map(({ object }) => refOf(object));
}

const routes = new Set(['Ingress', 'HTTPRoute', 'TLSRoute', 'TCPRoute', 'Route', 'IngressRoute', 'VirtualService']);
export const isService = (object: KubeObject): object is Service => object.apiVersion === 'v1' && object.kind === 'Service';
export const isExposed = (object: KubeObject): boolean =>
  routes.has(object.kind) || (isService(object) && (object.spec.type === 'LoadBalancer' || object.spec.type === 'NodePort'));

/** False where it cannot be rendered: Helm would say the same, later and in its words. */
export function checkPackage(
  { version, kubeVersion, missingDependencies }: ChartFacts,
  target: { readonly version: string },
  serverVersion: string,
  problems: Problems,
): boolean {
  if (version !== target.version) problems.add('target.version', `the package says ${version}`);
  for (const missing of missingDependencies) problems.add('target.chart', `depends on ${missing}, which is not in the package`);
  const fits = kubeVersion === undefined || satisfies(serverVersion, kubeVersion);
  if (!fits) problems.add('target.version', `the chart wants Kubernetes ${kubeVersion}, the server is ${serverVersion}`);
  return fits && missingDependencies.length === 0;
}

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

/** Cluster-scoped objects that the chart declares and that exist already: they are adopted, or the install fails. */
export async function findAdoptable(
  kube: Kube,
  { adopt }: KustomizeToHelmSpec,
  rendered: readonly Rendered[],
  problems: Problems,
): Promise<readonly ObjectRef[]> {
  const found = await Promise.all(
    rendered.map(async ({ object, hooks }) => {
      if (hooks.length || !(await kube.serves(object)) || (await kube.isNamespaced(object))) return [];
      const ref: ObjectRef = { apiVersion: object.apiVersion, kind: object.kind, name: object.metadata.name };
      return (await kube.get(ref)) ? [ref] : [];
    }),
  );
  if (adopt === 'fromChart') return found.flat();
  const declared = new Set(rendered.map(({ object }) => placeOf(object)));
  for (const [index, object] of adopt.entries())
    if (!declared.has(placeOf(object))) problems.add(`adopt.${index}`, `the chart makes no ${showRef(object)}: it could not be a part of the release`);
  return adopt;
}

const placeOf = (object: KubeObject | ObjectRef): string =>
  `${object.apiVersion.replace(/\/.*/, '')} ${object.kind} ${'metadata' in object ? object.metadata.name : object.name}`;

/** What of a bound claim the chart's claim of the same name says otherwise: these fields cannot be changed, so the install would fail. */
export function claimObjections(rendered: readonly Rendered[], claims: readonly PersistentVolumeClaim[]): readonly string[] {
  return claims.flatMap((live) => {
    const made = rendered.find(({ object }) => object.kind === 'PersistentVolumeClaim' && object.metadata.name === live.metadata.name);
    if (!made) return [];
    const { spec } = made.object as PersistentVolumeClaim;
    return claimFields.flatMap(([field, read]) => {
      const [is, wanted] = [read(live.spec), read(spec)];
      return wanted === undefined || is === wanted ? [] : [`PersistentVolumeClaim ${live.metadata.name}: ${field} is ${is}, the chart says ${wanted}`];
    });
  });
}

type ClaimSpec = PersistentVolumeClaim['spec'];

const claimFields: readonly (readonly [string, (spec: ClaimSpec) => string | undefined])[] = [
  ['storageClassName', ({ storageClassName }) => storageClassName],
  ['accessModes', ({ accessModes }) => accessModes?.toSorted().join(', ')],
  ['volumeMode', (spec) => spec['volumeMode'] as string | undefined],
  ['volumeName', ({ volumeName }) => volumeName],
  ['storage', ({ resources }) => shownQuantity(resources?.requests?.storage)],
];

/** `1Gi` and `1024Mi` are the same. */
const shownQuantity = (text: string | undefined): string | undefined => (text === undefined ? undefined : `${readQuantity(text) ?? text} bytes`);
