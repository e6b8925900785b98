import type { Kube } from '../../adapters/kube/kube.js';
import type { Deployment, KubeObject, Service, Workload } from '../../model/kube-object.js';
import type { FoundWorkload } from '../../model/kustomize-to-helm.js';
import { showRef, type WorkloadRef } from '../../model/refs.js';
import { refOf } from '../objects/ref-of.js';
import { findGitOpsOwners } from './find-gitops-owners.js';
import type { Problems } from './problems.js';

/** What a spec selects. */
export interface Selection {
  readonly namespace: string;
  readonly selector: string;
  /** The selector's place in the spec: `source.workloads.selector`. */
  readonly path: string;
}

export type SelectedWorkload = FoundWorkload & { readonly object: Workload };

const kinds = [
  { apiVersion: 'apps/v1', kind: 'Deployment' },
  { apiVersion: 'apps/v1', kind: 'StatefulSet' },
] as const;

/** What would scale a stopped product up again, or write beside it. */
const ownerKinds = [
  { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' },
  { apiVersion: 'batch/v1', kind: 'CronJob' },
  { apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject' },
  { apiVersion: 'kustomize.toolkit.fluxcd.io/v1', kind: 'Kustomization' },
  { apiVersion: 'helm.toolkit.fluxcd.io/v2', kind: 'HelmRelease' },
  { apiVersion: 'argoproj.io/v1alpha1', kind: 'Application' },
] as const;

/** Deployments and StatefulSets that a selector names; a DaemonSet among them is a problem, and so is what runs rehelm itself. */
export async function findWorkloads(kube: Kube, { namespace, selector, path }: Selection, problems: Problems): Promise<readonly SelectedWorkload[]> {
  const query = { namespace, labelSelector: selector };
  const [daemons, ...lists] = await Promise.all([
    kube.list({ apiVersion: 'apps/v1', kind: 'DaemonSet', ...query }),
    ...kinds.map((kind) => kube.list<Deployment>({ ...kind, ...query })),
  ]);
  for (const { metadata } of daemons)
    problems.add(path, `matches DaemonSet ${namespace}/${metadata.name}, which has no replicas and cannot be stopped: leave it out`);
  const found = lists.flat().map((object) => {
    const ref: WorkloadRef = {
      apiVersion: 'apps/v1',
      kind: object.kind === 'StatefulSet' ? 'StatefulSet' : 'Deployment',
      namespace,
      name: object.metadata.name,
    };
    return { ref, replicas: object.spec.replicas ?? 1, object };
  });
  for (const { ref, object } of found)
    if (runsOurselves(object)) problems.add(path, `matches ${showRef(ref)}, which runs rehelm or Temporal: it must not be stopped`);
  if (found.length === 0) problems.add(path, `matches no Deployment or StatefulSet in namespace ${namespace}`);
  return found;
}

/** Controllers in the namespace that the selector matches, or that point at one of its workloads. */
export async function findOwners(kube: Kube, { namespace, selector }: Selection, workloads: readonly SelectedWorkload[]): Promise<readonly Owner[]> {
  const names = new Set(workloads.map(({ ref }) => ref.name));
  const lists = await Promise.all(
    ownerKinds.map(async (kind) => {
      if (!(await kube.serves(kind))) return [];
      const [all, selected] = await Promise.all([kube.list<Owner>({ ...kind, namespace }), kube.list({ ...kind, namespace, labelSelector: selector })]);
      const chosen = new Set(selected.map(({ metadata }) => metadata.name));
      return all.filter(({ metadata, spec }) => chosen.has(metadata.name) || names.has(spec?.scaleTargetRef?.name ?? ''));
    }),
  );
  const found = lists.flat();
  // An HPA that KEDA made is put back by its ScaledObject: that one is suspended.
  const mine = new Set(found.map(({ metadata }) => metadata.uid));
  const first = found.filter(({ metadata }) => !metadata.ownerReferences?.some(({ controller, uid }) => controller && mine.has(uid)));
  const objects = workloads.map(({ object }) => object);
  return [...new Map([...first, ...(await findGitOpsOwners(kube, objects))].map((owner) => [showRef(refOf(owner)), owner])).values()];
}

export interface Owner extends KubeObject {
  readonly spec?: { readonly scaleTargetRef?: { readonly name?: string } };
}

/** The workload behind a Service, if it is among these. */
export function workloadBehind(service: Service | undefined, workloads: readonly SelectedWorkload[]): SelectedWorkload | undefined {
  return workloads.find(({ ref, object }) => service?.metadata.namespace === ref.namespace && selects(service, object));
}

function runsOurselves({ metadata }: Workload): boolean {
  const labels = metadata.labels ?? {};
  return ['app.kubernetes.io/name', 'app.kubernetes.io/part-of', 'app'].some((key) => /^(rehelm|temporal)\b/.test(labels[key] ?? ''));
}

function selects({ spec }: Service, workload: Workload): boolean {
  const labels = workload.spec.template.metadata?.labels ?? {};
  const terms = Object.entries(spec.selector ?? {});
  return terms.length > 0 && terms.every(([key, value]) => labels[key] === value);
}
