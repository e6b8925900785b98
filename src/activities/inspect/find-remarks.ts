import type { Rendered } from '../../adapters/helm/helm.js';
import type { KubeReader } from '../../adapters/kube/kube.js';
import type { KubeObject, LabelSelector, Service, Workload } from '../../model/kube-object.js';
import type { KustomizeToHelmSpec } from '../../model/kustomize-to-helm.js';
import { type ObjectRef, showRef } from '../../model/refs.js';
import { refOf } from '../objects/ref-of.js';
import { chartPods } from './chart-pods.js';
import { isExposed } from './find-chart.js';
import { podSecurityObjections } from './pod-security.js';

interface Budget extends KubeObject {
  readonly spec?: { readonly selector?: LabelSelector };
}

/** What is seen and stops nothing, but should be known before the plan is approved. */
export async function findRemarks(
  kube: KubeReader,
  { source, target }: KustomizeToHelmSpec,
  workloads: readonly Workload[],
  held: readonly ObjectRef[],
  targetExists: boolean,
  rendered: readonly Rendered[],
): Promise<readonly string[]> {
  const { namespace } = source;
  const [budgets, services] = await Promise.all([
    kube.list<Budget>({ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', namespace }),
    kube.list<Service>({ apiVersion: 'v1', kind: 'Service', namespace }),
  ]);
  return [
    ...budgetRemarks(budgets, workloads),
    ...openRemarks(services, workloads, held),
    ...(targetExists ? [] : unlabelledRemarks(target.namespace, rendered)),
    ...hostPortRemarks(rendered),
  ];
}

const labelsOf = ({ spec }: Workload) => spec.template.metadata?.labels ?? {};

function selects(selector: Readonly<Record<string, string>> | undefined, workload: Workload): boolean {
  const terms = Object.entries(selector ?? {});
  return terms.length > 0 && terms.every(([key, value]) => labelsOf(workload)[key] === value);
}

const budgetRemarks = (budgets: readonly Budget[], workloads: readonly Workload[]): readonly string[] =>
  budgets
    .filter(({ spec }) => workloads.some((workload) => selects(spec?.selector?.matchLabels, workload)))
    .map((budget) => `${showRef(refOf(budget))} does not keep the source running: scaling to 0 is no eviction`);

/** A way in that the spec does not hold: it leads nowhere once the source is stopped, and users get errors of another sort. */
const openRemarks = (services: readonly Service[], workloads: readonly Workload[], held: readonly ObjectRef[]): readonly string[] => {
  const withdrawn = new Set(held.map(showRef));
  return services
    .filter((service) => isExposed(service) && !withdrawn.has(showRef(refOf(service))))
    .filter(({ spec }) => workloads.some((workload) => selects(spec.selector, workload)))
    .map((service) => `${showRef(refOf(service))} shows the source to users and is not under traffic.hold: it answers nothing once the source is stopped`);
};

const unlabelledRemarks = (namespace: string, rendered: readonly Rendered[]): readonly string[] =>
  podSecurityObjections('baseline', chartPods(rendered)).map(
    (objection) => `Namespace ${namespace} is made without Pod Security labels; a cluster that enforces baseline by default would refuse ${objection}`,
  );

function hostPortRemarks(rendered: readonly Rendered[]): readonly string[] {
  return chartPods(rendered).flatMap(({ owner, spec }) => {
    const ports = spec.containers.flatMap((container) => (container['ports'] ?? []) as readonly { readonly hostPort?: number }[]);
    const open = ports.flatMap(({ hostPort }) => hostPort ?? []);
    return open.length || spec['hostNetwork'] === true
      ? [`${owner} listens on its node${open.length ? ` at port ${open.join(', ')}` : ''}: who knows the node reaches it before the commit`]
      : [];
  });
}
