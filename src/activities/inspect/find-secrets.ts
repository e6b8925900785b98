import type { Rendered } from '../../adapters/helm/helm.js';
import type { Kube, KubeReader } from '../../adapters/kube/kube.js';
import type { Container, KubeObject, PodSpec, Secret, Workload } from '../../model/kube-object.js';
import type { FoundSecret, KustomizeToHelmSpec } from '../../model/kustomize-to-helm.js';
import type { WorkloadRef } from '../../model/refs.js';
import { chartPods, containersOf } from './chart-pods.js';
import { classOf, workloadRef } from './find-chart.js';
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
  const found = [...carried].sort().map((name): FoundSecret => {
    const changed = change.find((each) => each.name === name);
    const to = changed?.to ?? name;
    const made = classOf(to, rendered);
    if (made === 'hook' && hooks === 'refuse') problems.add('secrets.hooks', `a pre-install hook of the chart makes ${to} anew`);
    return { name, to, class: made, ...(changed?.replace && { replace: changed.replace }) };
  });
  for (const [to, names] of Map.groupBy(found, (secret) => secret.to))
    if (names.length > 1) problems.add('secrets.change', `${names.map(({ name }) => name).join(' and ')} would both become ${to}`);
  return found;
}

/** What the chart needs and nobody brings: its pods would wait in CreateContainerConfigError, users held out. A sentence each, with who needs it. */
export async function findUncovered(
  kube: KubeReader,
  namespace: string,
  rendered: readonly Rendered[],
  carried: readonly FoundSecret[],
): Promise<readonly string[]> {
  const made = rendered.flatMap(({ object }) => (object.kind === 'Secret' ? [object.metadata.name] : []));
  const there = (await kube.list({ apiVersion: 'v1', kind: 'Secret', namespace })).map(({ metadata }) => metadata.name);
  const covered = new Set([...made, ...there, ...carried.map(({ to }) => to)]);
  const needs = Map.groupBy(needsOf(rendered), ({ secret }) => secret);
  return [...needs].flatMap(([secret, by]) =>
    covered.has(secret)
      ? []
      : [
          `Secret ${secret} is needed by ${[...new Set(by.map(({ owner }) => owner))].join(', ')}; it is not carried, the chart does not make it, and it is not there`,
        ],
  );
}

interface Need {
  readonly secret: string;
  readonly owner: string;
}

interface Ingress extends KubeObject {
  readonly spec?: { readonly tls?: readonly { readonly secretName?: string }[] };
}

/** By pods, and by Ingresses whose certificate nobody issues. */
function needsOf(rendered: readonly Rendered[]): readonly Need[] {
  const ofPods = chartPods(rendered).flatMap(({ owner, spec }) => secretsOf(spec).map((secret) => ({ secret, owner })));
  const ofIngresses = rendered.flatMap(({ object }) => {
    if (object.kind !== 'Ingress' || Object.keys(object.metadata.annotations ?? {}).some((key) => key.startsWith('cert-manager.io/'))) return [];
    return ((object as Ingress).spec?.tls ?? []).flatMap(({ secretName }) =>
      secretName ? [{ secret: secretName, owner: `Ingress ${object.metadata.name}` }] : [],
    );
  });
  return [...ofPods, ...ofIngresses];
}

/** Secrets that the pod cannot start without. */
export const secretsOf = (pod: PodSpec): readonly string[] => readsOf(pod).flatMap(({ secret, optional }) => (optional ? [] : [secret]));

interface Read {
  readonly secret: string;
  readonly optional: boolean;
}

interface Projected {
  readonly sources?: readonly { readonly secret?: { readonly name?: string; readonly optional?: boolean } }[];
}

/** Every Secret that the pod names. */
function readsOf(pod: PodSpec): readonly Read[] {
  const mounted = (pod.volumes ?? []).flatMap(({ secret, projected }) => [
    ...(secret ? [{ secret: secret.secretName, optional: secret.optional === true }] : []),
    ...((projected as Projected | undefined)?.sources ?? []).flatMap((source) =>
      source.secret?.name ? [{ secret: source.secret.name, optional: source.secret.optional === true }] : [],
    ),
  ]);
  const pulled = ((pod['imagePullSecrets'] ?? []) as readonly { readonly name: string }[]).map(({ name }) => ({ secret: name, optional: false }));
  return [...containersOf(pod).flatMap(fromEnv), ...mounted, ...pulled];
}

function fromEnv({ env = [], envFrom = [] }: Container): readonly Read[] {
  const refs = [...env.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef ?? []), ...envFrom.flatMap(({ secretRef }) => secretRef ?? [])];
  return refs.map((ref) => ({ secret: ref.name, optional: 'optional' in ref && ref.optional === true }));
}

/** Who must be restarted when a hook's Secret gets its carried value back. */
export function readersOf(
  workloads: readonly Workload[],
  namespace: string,
  secrets: readonly string[],
): { readonly [secret: string]: readonly WorkloadRef[] } {
  const reads = (workload: Workload, secret: string) => readsOf(workload.spec.template.spec).some((each) => each.secret === secret);
  return Object.fromEntries(secrets.map((secret) => [secret, workloads.filter((each) => reads(each, secret)).map((each) => workloadRef(each, namespace))]));
}
