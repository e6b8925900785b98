import type { Container, EnvSource, PodSpec, Workload } from '../../model/kube-object.js';
import type { Difference, FoundSecret } from '../../model/kustomize-to-helm.js';
import { readQuantity } from '../../model/quantity.js';

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

type Put = (field: string, value: unknown, shown?: boolean) => void;

/** The parts that a patch of Kustomize usually changes. Key order does not count, absent and empty are the same. */
function factsOf({ spec }: Workload, rename: ReadonlyMap<string, string>): Facts {
  const pod = spec.template.spec;
  const facts = new Map<string, Fact>();
  const put: Put = (field, value, shown = true) => {
    if (value !== undefined && canonical(value) !== '{}' && canonical(value) !== '[]') facts.set(field, { value: canonical(value), shown });
  };
  put('replicas', spec.replicas ?? 1);
  for (const rule of ['nodeSelector', 'affinity', 'tolerations', 'topologySpreadConstraints', 'priorityClassName']) put(rule, pod[rule]);
  for (const volume of pod.volumes ?? []) volumeFacts(volume, rename, put);
  for (const container of pod.containers) containerFacts(container.name, container, rename, put);
  for (const container of pod.initContainers ?? []) containerFacts(`init ${container.name}`, container, rename, put);
  return facts;
}

type Volume = NonNullable<PodSpec['volumes']>[number];

/** A ConfigMap's name is not compared: Kustomize's generator hangs a hash on it. */
function volumeFacts({ name, persistentVolumeClaim, secret, ...source }: Volume, rename: ReadonlyMap<string, string>, put: Put): void {
  if (persistentVolumeClaim) put(`volume ${persistentVolumeClaim.claimName}`, 'claim');
  else if (secret) put(`volume ${name}`, { secret: rename.get(secret.secretName) ?? secret.secretName }, false);
  else put(`volume ${name}`, Object.keys(source)[0] ?? 'emptyDir', false);
}

function containerFacts(of: string, { image, resources, env = [], envFrom = [] }: Container, rename: ReadonlyMap<string, string>, put: Put): void {
  put(`${of}: image`, image);
  put(`${of}: resources`, amounts(resources));
  for (const { name: variable, value, valueFrom } of env) put(`${of}: env ${variable}`, originOf(valueFrom, rename) ?? value ?? '', false);
  const sources = envFrom.map(({ prefix = '', secretRef, configMapRef }) =>
    secretRef ? { prefix, secret: rename.get(secretRef.name) ?? secretRef.name } : { prefix, ...(configMapRef && { configMap: true }) },
  );
  put(`${of}: envFrom`, sources, false);
}

/** The server writes 0.5 as 500m and 1024Mi as 1Gi; a chart writes as it likes. */
function amounts(resources: Container['resources']): unknown {
  const amount = ([resource, text]: [string, unknown]): [string, unknown] => [resource, shortest(text)];
  return (
    resources &&
    Object.fromEntries(
      Object.entries(resources).map(([kind, each]) => [
        kind,
        typeof each === 'object' && each !== null && !Array.isArray(each) ? Object.fromEntries(Object.entries(each).map(amount)) : each,
      ]),
    )
  );
}

const suffixes = ['Ei', 'Pi', 'Ti', 'Gi', 'Mi', 'Ki'] as const;

/** One way to write each amount, which people can read. */
function shortest(text: unknown): unknown {
  const amount = readQuantity(text);
  if (amount === undefined) return text;
  const suffix = suffixes.find((each) => amount !== 0 && amount % (readQuantity(`1${each}`) ?? 1) === 0);
  if (suffix) return `${amount / (readQuantity(`1${suffix}`) ?? 1)}${suffix}`;
  return Number.isInteger(amount) ? `${amount}` : `${Math.round(amount * 1000)}m`;
}

/** The server adds an apiVersion to a fieldRef and a divisor to a resourceFieldRef; a chart leaves both out. */
function originOf(source: EnvSource | undefined, rename: ReadonlyMap<string, string>): unknown {
  if (!source) return undefined;
  const { secretKeyRef: secret } = source;
  if (secret) return { secret: rename.get(secret.name) ?? secret.name, key: secret.key };
  const { apiVersion: _, ...field } = fieldsOf(source['fieldRef']);
  const { divisor, ...resource } = fieldsOf(source['resourceFieldRef']);
  if (Object.keys(field).length > 0) return { field };
  return Object.keys(resource).length > 0 ? { resource, ...(divisor !== undefined && divisor !== '0' && { divisor }) } : source;
}

const fieldsOf = (value: unknown): { readonly [field: string]: unknown } => (typeof value === 'object' && value !== null ? { ...value } : {});

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? '';
  const entries = Object.entries(value).sort(([left], [right]) => left.localeCompare(right));
  return `{${entries.map(([key, each]) => `${key}: ${canonical(each)}`).join(', ')}}`;
}
