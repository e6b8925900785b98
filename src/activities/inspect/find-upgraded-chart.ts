import type { ChartFacts, Helm, Rendered } from '../../adapters/helm/helm.js';
import type { Kube } from '../../adapters/kube/kube.js';
import type { PersistentVolumeClaim } from '../../model/kube-object.js';
import type { FoundChart } from '../../model/kustomize-to-helm.js';
import type { Problem } from '../../model/plan.js';
import { type ObjectRef, type ReleaseRef, showRef, type WorkloadRef } from '../../model/refs.js';
import type { Values } from '../../model/values.js';
import { type ChangedChart, chartOf, closedSet, emptySet, realSet } from '../../plans/changed-chart.js';
import { setValues } from '../../values/set-values.js';
import { isClaimOf } from '../objects/claims-of-workloads.js';
import { refOf } from '../objects/ref-of.js';
import { findUnchangeable, isMadeAnew } from '../release/unchangeable.js';
import { checkPackage, claimObjections, exposures, isWorkload, workloadRef } from './find-chart.js';
import type { ClaimedVolume } from './find-release.js';
import type { Problems } from './problems.js';

export interface UpgradedChart {
  readonly facts: ChartFacts;
  readonly open: readonly Rendered[];
  readonly closed: readonly Rendered[];
  readonly empty: readonly Rendered[];
}

type Set = { readonly [path: string]: number };

/** The new chart as it is installed at first, as it runs closed to users, and as it is in the end. Lives inside one activity: rendered Secrets never leave it. */
export async function findUpgradedChart(
  helm: Helm,
  spec: ChangedChart,
  { values, set, serverVersion }: { readonly values: Values; readonly set: Set; readonly serverVersion: string },
  problems: Problems,
): Promise<UpgradedChart | undefined> {
  const { namespace, release: name } = spec.source;
  const chart = chartOf(spec);
  const facts = await problems.attempt('target.chart', () => helm.inspectChart(chart));
  if (!facts || !checkPackage(facts, spec.target, serverVersion, problems)) return undefined;
  const render = (overlay: object) => problems.attempt('target.values', () => helm.render({ namespace, name }, chart, setValues(values, { ...overlay })));
  const real = realSet(spec, { set });
  const open = await render(real);
  // What stops the first stops the others, too.
  const closed = open && (await render({ ...real, ...closedSet(spec) }));
  const empty = closed && (await render(emptySet(spec, { set })));
  return open && closed && empty && { facts, open, closed, empty };
}

export function describeChart({ facts: { name, version, appVersion, kubeVersion }, open, closed }: UpgradedChart, namespace: string): FoundChart {
  return {
    ...{ name, version, ...(appVersion && { appVersion }), ...(kubeVersion && { kubeVersion }) },
    workloads: workloadsIn(closed, namespace, () => true),
    exposed: exposures(open),
    exposedWhenClosed: exposures(closed),
    hooksAreCarried: false,
  };
}

/** What runs while the databases are filled. */
export const firstWorkloads = ({ empty }: UpgradedChart, namespace: string): readonly WorkloadRef[] =>
  workloadsIn(empty, namespace, (replicas) => replicas > 0);

/** Of objects that the chart makes itself, as it is in the end. */
export const namesIn = ({ open }: UpgradedChart, kind: string): readonly string[] =>
  open.flatMap(({ object, hooks }) => (object.kind === kind && hooks.length === 0 ? [object.metadata.name] : []));

/** What an upgrade of the release deletes, for helm to make it anew: nothing of it is lost, but a person who looks on should know. */
export async function remadeWorkloads(kube: Kube, release: ReleaseRef, { empty }: UpgradedChart): Promise<readonly string[]> {
  const found = await findUnchangeable(
    kube,
    release,
    empty.filter(({ object }) => isMadeAnew(object)),
  );
  return found.map(
    ({ live, why }) => `${showRef(refOf(live))} is deleted and made anew, its claims kept: the new chart changes what cannot be changed (${why})`,
  );
}

const workloadsIn = (rendered: readonly Rendered[], namespace: string, wanted: (replicas: number) => boolean): readonly WorkloadRef[] =>
  rendered.flatMap(({ object, hooks }) =>
    hooks.length === 0 && isWorkload(object) && wanted(object.spec.replicas ?? 1) ? [workloadRef(object, namespace)] : [],
  );

/** Why the new chart could not take over what the old one leaves. */
export function chartObstacles({ open, closed, empty }: UpgradedChart, volumes: readonly ClaimedVolume[]): readonly Problem[] {
  const shown = [...new Map([...exposures(closed), ...exposures(empty)].map((ref) => [showRef(ref), ref])).values()];
  const kept = volumes
    .filter(({ fate }) => fate !== 'replace')
    .map(({ to, bound, ...volume }) => ({ ...volume, claim: to ?? volume.claim, bound: renamed(bound, to) }));
  return [
    ...shown.map((ref: ObjectRef) => ({
      check: 'traffic.closed',
      message: `${showRef(ref)} shows the new release to users before the commit: name the values in traffic.closed.set by which it comes up closed`,
    })),
    ...kept
      .filter(({ claim }) => !makesClaim(open, claim))
      .map(({ claim }) => ({ check: 'keepVolumes', message: `the new chart makes no claim ${claim}: nobody would get its volume` })),
    ...claimObjections(
      open,
      kept.map(({ bound }) => bound),
    ).map((message) => ({ check: 'keepVolumes', message })),
  ];
}

const renamed = (claim: PersistentVolumeClaim, name = claim.metadata.name): PersistentVolumeClaim => ({ ...claim, metadata: { ...claim.metadata, name } });

/** As an object of its own, or by the template of a StatefulSet. */
export const makesClaim = (rendered: readonly Rendered[], claim: string): boolean =>
  rendered.some(({ object }) => {
    if (object.kind === 'PersistentVolumeClaim') return object.metadata.name === claim;
    return object.kind === 'StatefulSet' && isClaimOf(claim, object);
  });
