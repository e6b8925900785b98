import type { Kube } from '../../adapters/kube/kube.js';
import type { Deployment, KubeObject, Service, Workload } from '../../model/kube-object.js';
import type { FoundWorkload, KustomizeToHelmSpec } from '../../model/kustomize-to-helm.js';
import { type ObjectRef, showRef, type WorkloadRef } from '../../model/refs.js';
import { findGitOpsOwners } from './find-gitops-owners.js';
import { emptyMatches, matchNames } from './match-names.js';
import type { Problems } from './problems.js';

export interface FoundSource {
  readonly workloads: readonly (FoundWorkload & { readonly object: Workload })[];
  readonly owners: readonly ObjectRef[];
  /** Names of workloads whose replicas an autoscaler sets. */
  readonly autoscaled: ReadonlySet<string>;
  readonly held: readonly ObjectRef[];
  readonly version?: string;
}

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

export const refOf = ({ apiVersion, kind, metadata: { namespace, name } }: KubeObject): ObjectRef => ({
  apiVersion,
  kind,
  name,
  ...(namespace !== undefined && { namespace }),
});

/** The product as it runs: workloads by selector, who owns them, what shows them to users, and their version. */
export async function findSource(kube: Kube, spec: KustomizeToHelmSpec, problems: Problems): Promise<FoundSource> {
  const workloads = (await problems.attempt('source.workloads.selector', () => findWorkloads(kube, spec, problems))) ?? [];
  // The selector may be one that the server cannot read: then it has said so above, and there is nothing to own.
  const [owners, held] = await Promise.all([workloads.length ? findOwners(kube, spec, workloads) : [], findHeld(kube, spec, problems)]);
  const version = findVersion(spec, workloads, problems);
  await refuseOwn(kube, spec, workloads, problems);
  return {
    workloads,
    owners: owners.map(refOf),
    autoscaled: new Set(owners.flatMap(({ spec }) => spec?.scaleTargetRef?.name ?? [])),
    held,
    ...(version !== undefined && { version }),
  };
}

async function findWorkloads(kube: Kube, { source }: KustomizeToHelmSpec, problems: Problems): Promise<FoundSource['workloads']> {
  const { namespace, workloads } = source;
  const query = { namespace, labelSelector: workloads.selector };
  const [daemons, ...lists] = await Promise.all([
    kube.list({ apiVersion: 'apps/v1', kind: 'DaemonSet', ...query }),
    ...kinds.map((kind) => kube.list<Deployment>({ ...kind, ...query })),
  ]);
  for (const { metadata } of daemons)
    problems.add('source.workloads.selector', `matches DaemonSet ${namespace}/${metadata.name}, which has no replicas and cannot be stopped: leave it out`);
  const found = lists.flat().map((object) => {
    const ref: WorkloadRef = {
      apiVersion: 'apps/v1',
      kind: object.kind === 'StatefulSet' ? 'StatefulSet' : 'Deployment',
      namespace,
      name: object.metadata.name,
    };
    return { ref, replicas: object.spec.replicas ?? 1, object };
  });
  if (found.length === 0) problems.add('source.workloads.selector', `matches no Deployment or StatefulSet in namespace ${namespace}`);
  return found;
}

/** Controllers in the source's namespace that the selector matches, or that point at one of its workloads. */
async function findOwners(kube: Kube, { source }: KustomizeToHelmSpec, workloads: FoundSource['workloads']): Promise<readonly ScalesSomething[]> {
  const { namespace } = source;
  const names = new Set(workloads.map(({ ref }) => ref.name));
  const lists = await Promise.all(
    ownerKinds.map(async (kind) => {
      if (!(await kube.serves(kind))) return [];
      const [all, selected] = await Promise.all([
        kube.list<ScalesSomething>({ ...kind, namespace }),
        kube.list({ ...kind, namespace, labelSelector: source.workloads.selector }),
      ]);
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

interface ScalesSomething extends KubeObject {
  readonly spec?: { readonly scaleTargetRef?: { readonly name?: string } };
}

async function findHeld(kube: Kube, { source, traffic }: KustomizeToHelmSpec, problems: Problems): Promise<readonly ObjectRef[]> {
  const { namespace } = source;
  const [ingresses, services] = await Promise.all([
    kube.list({ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', namespace }),
    kube.list<Service>({ apiVersion: 'v1', kind: 'Service', namespace }),
  ]);
  const refs = traffic.hold.flatMap(({ kind, pattern }, index) => {
    // The API server's own Service is nobody's product.
    const candidates = (kind === 'Ingress' ? ingresses : services).filter(({ metadata }) => kind === 'Ingress' || metadata.name !== 'kubernetes');
    const names = candidates.map(({ metadata }) => metadata.name);
    if (emptyMatches([pattern], names).length) problems.add(`traffic.hold.${index}`, `${pattern} matches no ${kind} in namespace ${namespace}`);
    const matched = new Set(matchNames([pattern], names));
    return candidates.filter(({ metadata }) => matched.has(metadata.name)).map(refOf);
  });
  return [...new Map(refs.map((ref) => [showRef(ref), ref])).values()];
}

/** The tag of the first container's image is the product's version. */
function findVersion({ sourceVersion, target }: KustomizeToHelmSpec, workloads: FoundSource['workloads'], problems: Problems): string | undefined {
  if (!sourceVersion) return;
  const { kind, name } = sourceVersion.fromImageTagOf;
  const found = workloads.find(({ ref }) => ref.kind === kind && ref.name === name);
  const tag = found && tagOf(found.object.spec.template.spec.containers[0]?.image ?? '');
  if (!tag) {
    problems.add('sourceVersion.fromImageTagOf', found ? `the image of ${name} has no tag` : `${kind} ${name} is not among the selected workloads`);
    return;
  }
  if (plain(tag) !== plain(target.version))
    problems.add('target.version', `the source runs ${tag}, the chart is ${target.version}: the guide wants equal versions`);
  if (sourceVersion.atLeast) checkAge(tag, sourceVersion.atLeast, problems);
  return tag;
}

/** `registry:5000/team/api:4.41.2@sha256:…` → 4.41.2 */
const tagOf = (image: string): string | undefined => /:([^:/]+)$/.exec(image.split('@')[0] ?? '')?.[1];
const plain = (version: string): string => version.replace(/^v/, '');
const numbersOf = (version: string): readonly number[] => (plain(version).split(/[+-]/)[0] ?? '').split('.').map(Number);

function checkAge(tag: string, atLeast: string, problems: Problems): void {
  const [mine, theirs] = [numbersOf(tag), numbersOf(atLeast)];
  const at = theirs.findIndex((part, index) => part !== (mine[index] ?? 0));
  if (Number.isNaN(mine[0])) problems.add('sourceVersion.atLeast', `the source's tag ${tag} says no version to compare with ${atLeast}`);
  else if (at >= 0 && !((mine[at] ?? 0) > (theirs[at] ?? 0))) problems.add('sourceVersion.atLeast', `the source runs ${tag}, older than ${atLeast}`);
}

/** Stopping what runs rehelm or Temporal, or a database that stays, would end the migration by its own hand. */
async function refuseOwn(kube: Kube, { source, databases }: KustomizeToHelmSpec, workloads: FoundSource['workloads'], problems: Problems): Promise<void> {
  for (const { ref, object } of workloads) {
    if (runsOurselves(object)) problems.add('source.workloads.selector', `matches ${showRef(ref)}, which runs rehelm or Temporal: it must not be stopped`);
  }
  for (const [index, { at }] of databases.entries()) {
    const service = await kube.get<Service>({ apiVersion: 'v1', kind: 'Service', ...at.service });
    if (!service) problems.add(`databases.${index}.at.service`, `Service ${at.service.namespace}/${at.service.name} is not there`);
    const behind = service?.metadata.namespace === source.namespace ? workloads.find(({ object }) => selects(service, object)) : undefined;
    if (behind)
      problems.add('source.workloads.selector', `matches ${showRef(behind.ref)}, the database behind ${at.service.name}: it stays and must not be stopped`);
  }
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
