import type { Kube } from '../../adapters/kube/kube.js';
import type { Service } from '../../model/kube-object.js';
import type { KustomizeToHelmSpec } from '../../model/kustomize-to-helm.js';
import { type ObjectRef, showRef } from '../../model/refs.js';
import { refOf } from '../objects/ref-of.js';
import { findHeld } from './find-held.js';
import { findOwners, findWorkloads, type SelectedWorkload, workloadBehind } from './find-workloads.js';
import type { Problems } from './problems.js';

export interface FoundSource {
  readonly workloads: readonly SelectedWorkload[];
  readonly owners: readonly ObjectRef[];
  /** Names of workloads whose replicas an autoscaler sets. */
  readonly autoscaled: ReadonlySet<string>;
  readonly held: readonly ObjectRef[];
  readonly version?: string;
}

/** The product as it runs: workloads by selector, who owns them, what shows them to users, and their version. */
export async function findSource(kube: Kube, spec: KustomizeToHelmSpec, problems: Problems): Promise<FoundSource> {
  const selection = { namespace: spec.source.namespace, selector: spec.source.workloads.selector, path: 'source.workloads.selector' };
  const workloads = (await problems.attempt(selection.path, () => findWorkloads(kube, selection, problems))) ?? [];
  // The selector may be one that the server cannot read: then it has said so above, and there is nothing to own.
  const [owners, held] = await Promise.all([workloads.length ? findOwners(kube, selection, workloads) : [], findHeld(kube, spec, problems)]);
  const version = findVersion(spec, workloads, problems);
  await refuseDatabases(kube, spec, workloads, problems);
  return {
    workloads,
    owners: owners.map(refOf),
    autoscaled: new Set(owners.flatMap(({ spec }) => spec?.scaleTargetRef?.name ?? [])),
    held,
    ...(version !== undefined && { version }),
  };
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

/** Stopping a database that stays would end the migration by its own hand. */
async function refuseDatabases(kube: Kube, { databases }: KustomizeToHelmSpec, workloads: FoundSource['workloads'], problems: Problems): Promise<void> {
  for (const [index, { at }] of databases.entries()) {
    const service = await kube.get<Service>({ apiVersion: 'v1', kind: 'Service', ...at.service });
    if (!service) problems.add(`databases.${index}.at.service`, `Service ${at.service.namespace}/${at.service.name} is not there`);
    const behind = workloadBehind(service, workloads);
    if (behind)
      problems.add('source.workloads.selector', `matches ${showRef(behind.ref)}, the database behind ${at.service.name}: it stays and must not be stopped`);
  }
}
