import type { FoundChange, UpgradedBefore } from '../model/chart-upgrade.js';
import { counted } from '../model/counted.js';
import type { Phase, Plan } from '../model/plan.js';
import type { WorkloadRef } from '../model/refs.js';
import type { ChartUpgradeSpec } from '../model/schema/chart-upgrade.js';
import type { ValuesRecipe, ValuesSource } from '../model/values-source.js';
import { holdTraffic } from './hold-traffic.js';
import { probedService } from './probed-service.js';
import type { TypedStep } from './step.js';

/** What of a spec says which release becomes which chart. */
export interface ChangedChart extends Pick<ChartUpgradeSpec, 'target' | 'installEmpty' | 'probes'> {
  readonly source: Pick<ChartUpgradeSpec['source'], 'namespace' | 'release'>;
  readonly traffic: Pick<ChartUpgradeSpec['traffic'], 'closed'>;
}

/** The step that brings the new chart, empty and closed to users: later ones go on from its values. */
export const installId = 'install';
const valuesId = 'values';
export const helmSeconds = 600;
/** A step around helm has more than each of helm's own operations. */
export const aroundHelmSeconds = 900;
const probeSeconds = 120;

/** A release that is what the spec wants. */
export const nothingToDo = (kind: 'ChartUpgrade' | 'PostgresToHA', { release, done }: UpgradedBefore): Plan => ({
  kind,
  title: `Release ${release.namespace}/${release.name} is ${done.chart} ${done.chartVersion} already, since revision ${done.revision}: nothing to do`,
  locks: [],
  leavesNothing: true,
  notes: [],
  phases: [],
});

/** How the new chart's values are made. */
export const recipeOf = ({ source, target: { values } }: Pick<ChangedChart, 'source' | 'target'>): ValuesRecipe => ({
  from: values.from === 'release' ? { release: { namespace: source.namespace, name: source.release } } : values.from,
  ...(values.migrate && { migrate: values.migrate }),
});

export const chartOf = ({ target: { chart, version, registry } }: Pick<ChangedChart, 'target'>) => ({
  chart,
  version,
  ...(registry && { registry: registry.secretRef, ...(registry.plainHttp && { plainHttp: registry.plainHttp }) }),
});

/** Kept for the run: the release whose values they are changes. */
export const prepareValues = (spec: ChangedChart, { values }: Pick<FoundChange, 'values'>): TypedStep => ({
  id: valuesId,
  step: 'prepareValues',
  title: values.changes.length > 0 ? `Keep the values for the new chart, ${counted(values.changes.length, 'change')}` : 'Keep the values for the new chart',
  input: { recipe: recipeOf(spec) },
});

type Found = Pick<FoundChange, 'set'>;

/** What holds for good. */
export const realSet = ({ target }: Pick<ChangedChart, 'target'>, { set }: Found) => ({ ...set, ...target.values.set });
export const closedSet = ({ traffic }: Pick<ChangedChart, 'traffic'>) => traffic.closed?.set ?? {};
/** What holds while the databases are filled. */
export const emptySet = (spec: ChangedChart, found: Found) => ({ ...realSet(spec, found), ...closedSet(spec), ...spec.installEmpty });

/** The chart with the values that the run keeps. */
export const chartWithValues = (spec: ChangedChart) => {
  const values: ValuesSource = { prepared: { step: valuesId, recipe: recipeOf(spec) } };
  return { chart: chartOf(spec), values };
};

/** How long the old release may take to serve again when the run is taken back, in seconds. */
const backSeconds = 900;

/** The old release is what users had. */
export const holdRelease = ({ held, former }: Pick<FoundChange, 'held' | 'former'>): Phase =>
  holdTraffic({ held, served: former, what: 'the old release', withinSeconds: backSeconds });

/** What a person must know of the values before approving. */
export const valuesNotes = ({ target }: Pick<ChangedChart, 'target'>, { values }: Pick<FoundChange, 'values'>): readonly string[] => [
  ...values.changes.map((change) => `Values: ${change}`),
  ...(target.unread === 'report' ? values.unread.map((path) => `The new chart does not read ${path}`) : []),
  ...values.dormant.map((path) => `The new chart does not read ${path} as things are switched`),
];

export const awaitReady = (id: string, { target }: ChangedChart, workloads: readonly WorkloadRef[]): readonly TypedStep[] =>
  workloads.length === 0
    ? []
    : [
        {
          id,
          step: 'awaitReady',
          proves: true,
          title: `Wait until ${counted(workloads.length, 'workload')} can serve`,
          input: { workloads, withinSeconds: target.readyWithin },
          changeable: ['withinSeconds'],
          withinSeconds: target.readyWithin,
        },
      ];

/** The real values, replicas as they were; users are still held out. */
export function start(spec: ChangedChart, { release, chart, set }: Pick<FoundChange, 'release' | 'chart' | 'set'>): readonly TypedStep[] {
  if (Object.keys(spec.installEmpty).length === 0) return [];
  const upgrade: TypedStep = {
    id: 'upgrade',
    step: 'helmUpgrade',
    title: `helm upgrade ${release.name} to the real values`,
    input: {
      ...{ release, ...chartWithValues(spec) },
      ...{ set: { ...realSet(spec, { set }), ...closedSet(spec) }, dropped: spec.installEmpty, installStep: installId, timeoutSeconds: helmSeconds },
    },
    withinSeconds: aroundHelmSeconds,
  };
  return [upgrade, ...awaitReady('ready', spec, chart.workloads)];
}

/** The product answers on a private way in; a person looks before the commit. */
export function probe(spec: ChangedChart, { release }: Pick<FoundChange, 'release'>): readonly TypedStep[] {
  const probes = spec.probes.map(({ name, http, expect, via }) => ({ name, expect, service: { namespace: release.namespace, ...probedService(http, via) } }));
  const step: TypedStep = {
    id: 'probes',
    step: 'runProbes',
    proves: true,
    title: `Probe ${probes.map(({ name }) => name).join(', ')}`,
    input: { probes, withinSeconds: probeSeconds },
    changeable: ['probes', 'withinSeconds'],
    withinSeconds: probeSeconds,
  };
  return probes.length > 0 ? [step] : [];
}

/** The commit: from here on the new release takes users' writes. */
export function open(spec: ChangedChart, found: Pick<FoundChange, 'release' | 'set'>, then: readonly TypedStep[] = []): Phase {
  const { release } = found;
  const step: TypedStep = {
    id: 'open',
    step: 'openTraffic',
    title: `Let users in to ${release.namespace}/${release.name}`,
    input: {
      ...{ release, ...chartWithValues(spec), set: realSet(spec, found) },
      ...{ closed: { ...spec.installEmpty, ...closedSet(spec) }, installStep: installId },
    },
    withinSeconds: helmSeconds,
  };
  return { id: 'open', title: 'Open traffic', gate: 'commit', commits: true, doors: 'open', steps: [step, ...then] };
}
