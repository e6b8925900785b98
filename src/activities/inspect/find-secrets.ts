import type { Rendered } from '../../adapters/helm/helm.js';
import type { Kube } from '../../adapters/kube/kube.js';
import type { Secret, Workload } from '../../model/kube-object.js';
import type { FoundSecret, KustomizeToHelmSpec } from '../../model/kustomize-to-helm.js';
import type { WorkloadRef } from '../../model/refs.js';
import { classOf, secretsNeeded, secretsOf, workloadRef } from './find-chart.js';
import { emptyMatches, matchNames } from './match-names.js';
import type { Problems } from './problems.js';

/** The source's secrets that go along, each with its name in the target and how the chart makes it. */
export async function findSecrets(kube: Kube, spec: KustomizeToHelmSpec, rendered: readonly Rendered[], problems: Problems): Promise<readonly FoundSecret[]> {
  if (!spec.secrets) return [];
  const { carry, change, hooks } = spec.secrets;
  const all = await kube.list<Secret>({ apiVersion: 'v1', kind: 'Secret', namespace: spec.source.namespace });
  const names = all.map(({ metadata }) => metadata.name);
  for (const pattern of emptyMatches(carry, names)) problems.add('secrets.carry', `${pattern} matches no Secret in namespace ${spec.source.namespace}`);
  const carried = new Set(matchNames(carry, names));
  for (const [index, { name }] of change.entries())
    if (!carried.has(name)) problems.add(`secrets.change.${index}.name`, `Secret ${name} is not among those carried`);
  return [...carried].sort().map((name) => {
    const changed = change.find((each) => each.name === name);
    const to = changed?.to ?? name;
    const found = { name, to, class: classOf(to, rendered), ...(changed?.replace && { replace: changed.replace }) };
    if (found.class === 'hook' && hooks === 'refuse') problems.add('secrets.hooks', `a pre-install hook of the chart makes ${to} anew`);
    return found;
  });
}

/** What the chart's pods need and nobody brings: they would wait in CreateContainerConfigError, users held out. */
export async function findUncovered(
  kube: Kube,
  { target }: KustomizeToHelmSpec,
  rendered: readonly Rendered[],
  workloads: readonly Workload[],
  carried: readonly FoundSecret[],
): Promise<readonly string[]> {
  const made = rendered.flatMap(({ object }) => (object.kind === 'Secret' ? [object.metadata.name] : []));
  const there = (await kube.list({ apiVersion: 'v1', kind: 'Secret', namespace: target.namespace })).map(({ metadata }) => metadata.name);
  const covered = new Set([...made, ...there, ...carried.map(({ to }) => to)]);
  return secretsNeeded(workloads).filter((name) => !covered.has(name));
}

/** Who must be restarted when a hook's Secret gets its carried value back. */
export function readersOf(
  workloads: readonly Workload[],
  namespace: string,
  secrets: readonly string[],
): { readonly [secret: string]: readonly WorkloadRef[] } {
  const reads = (workload: Workload, secret: string) => secretsOf(workload.spec.template.spec).includes(secret);
  return Object.fromEntries(secrets.map((secret) => [secret, workloads.filter((each) => reads(each, secret)).map((each) => workloadRef(each, namespace))]));
}
