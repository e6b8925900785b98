import type { Container, EnvSource, Workload } from '../../model/kube-object.js';
import type { Difference, FoundSecret } from '../../model/kustomize-to-helm.js';

/**
 * The live product against the rendered chart, difference by difference: the guide leaves the migration of Kustomize patches into values to its reader.
 * `autoscaled`: names of workloads whose replicas an autoscaler sets.
 * Names and same | differs | only here; values only of replicas, resources, images and node rules, for the others may be secret.
 */
export function compareWithLive(
  live: readonly Workload[],
  chart: readonly Workload[],
  secrets: readonly FoundSecret[],
  autoscaled: ReadonlySet<string>,
): readonly Difference[] {
  const rename = new Map(secrets.map(({ name, to }) => [name, to]));
  const keyOf = ({ kind, metadata }: Workload) => `${kind} ${metadata.name}`;
  const rendered = new Map(chart.map((workload) => [keyOf(workload), workload]));
  const found = live.flatMap((workload) => {
    const object = keyOf(workload);
    const twin = rendered.get(object);
    if (!twin) return [{ object, field: 'workload', kind: 'only in the source' as const }];
    // Replicas that an autoscaler sets are nobody's intent.
    return compareWorkload(object, workload, twin, rename).filter(({ field }) => field !== 'replicas' || !autoscaled.has(workload.metadata.name));
  });
  const names = new Set(live.map(keyOf));
  const more = chart.map(keyOf).filter((name) => !names.has(name));
  return [...found, ...more.map((object) => ({ object, field: 'workload', kind: 'only in the chart' as const }))];
}

interface Fact {
  readonly value: string;
  /** On the allow-list: its value may be shown. */
  readonly shown: boolean;
}

type Facts = ReadonlyMap<string, Fact>;

function compareWorkload(object: string, live: Workload, chart: Workload, rename: ReadonlyMap<string, string>): readonly Difference[] {
  const mine = factsOf(live, rename);
  const theirs = factsOf(chart, new Map());
  const fields = [...new Set([...mine.keys(), ...theirs.keys()])];
  return fields
    .filter((field) => mine.get(field)?.value !== theirs.get(field)?.value)
    .map((field) => difference(object, field, mine.get(field), theirs.get(field)));
}

function difference(object: string, field: string, live: Fact | undefined, chart: Fact | undefined): Difference {
  const kind = live && chart ? 'differs' : live ? 'only in the source' : 'only in the chart';
  const values = { ...(live?.shown && { live: live.value }), ...(chart?.shown && { chart: chart.value }) };
  return { object, field, kind, ...values };
}

/** The parts that a patch of Kustomize usually changes. Key order does not count, absent and empty are the same. */
function factsOf({ spec }: Workload, rename: ReadonlyMap<string, string>): Facts {
  const pod = spec.template.spec;
  const facts = new Map<string, Fact>();
  const put = (field: string, value: unknown, shown = true) => {
    if (value !== undefined && canonical(value) !== '{}' && canonical(value) !== '[]') facts.set(field, { value: canonical(value), shown });
  };
  put('replicas', spec.replicas ?? 1);
  for (const rule of ['nodeSelector', 'affinity', 'tolerations', 'topologySpreadConstraints', 'priorityClassName']) put(rule, pod[rule]);
  for (const { name, persistentVolumeClaim } of pod.volumes ?? [])
    put(`volume ${persistentVolumeClaim?.claimName ?? name}`, persistentVolumeClaim ? 'claim' : 'other');
  for (const container of pod.containers) containerFacts(container, rename, put);
  return facts;
}

type Put = (field: string, value: unknown, shown?: boolean) => void;

function containerFacts({ name, image, resources, env = [] }: Container, rename: ReadonlyMap<string, string>, put: Put): void {
  put(`${name}: image`, image);
  put(`${name}: resources`, resources);
  for (const { name: variable, value, valueFrom } of env) {
    const secret = valueFrom?.secretKeyRef;
    const origin = secret ? { secret: rename.get(secret.name) ?? secret.name, key: secret.key } : (fieldPath(valueFrom) ?? valueFrom);
    put(`${name}: env ${variable}`, origin ?? value ?? '', false);
  }
}

/** The server adds an apiVersion to a fieldRef; a chart leaves it out. */
function fieldPath(source: EnvSource | undefined): unknown {
  const field = source?.['fieldRef'];
  return typeof field === 'object' && field !== null && 'fieldPath' in field ? { field: field.fieldPath } : undefined;
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? '';
  const entries = Object.entries(value).sort(([left], [right]) => left.localeCompare(right));
  return `{${entries.map(([key, each]) => `${key}: ${canonical(each)}`).join(', ')}}`;
}
