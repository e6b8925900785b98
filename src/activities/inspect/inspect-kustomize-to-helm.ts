import type { ChartFacts, Values } from '../../adapters/helm/helm.js';
import type { Kube } from '../../adapters/kube/kube.js';
import { isFailure } from '../../errors.js';
import type { KubeObject } from '../../model/kube-object.js';
import type { FoundSecret, KustomizeToHelmInventory, KustomizeToHelmSpec } from '../../model/kustomize-to-helm.js';
import type { Problem } from '../../model/plan.js';
import type { Policy } from '../../model/policy.js';
import { kustomizeToHelmSchema } from '../../model/schema/kustomize-to-helm.js';
import { invalidSpec, readSpec } from '../../model/schema/read-spec.js';
import { locksOf } from '../../plans/kustomize-to-helm.js';
import type { Adapters } from '../adapters.js';
import { readValues } from '../release/read-values.js';
import { checkAccess } from './check-access.js';
import { checkLocks } from './check-locks.js';
import { checkNamespace } from './check-namespace.js';
import { commonPolicy } from './common-policy.js';
import { compareWithLive } from './compare-with-live.js';
import { demandApproval } from './demand-approval.js';
import { chartRef, checkPackage, claimObjections, findAdoptable, hooksAreCarried, type RenderedChart, renderChart, workloadRef } from './find-chart.js';
import { findRemarks } from './find-remarks.js';
import { findSecrets, findUncovered, readersOf } from './find-secrets.js';
import { checkServices } from './find-services.js';
import { type FoundSource, findSource } from './find-source.js';
import { type BoundVolume, fillIn, findVolumes } from './find-volumes.js';
import { gatePolicy } from './gate-policy.js';
import { Problems } from './problems.js';
import { refusal } from './refusal.js';

export interface Inspected {
  readonly spec: KustomizeToHelmSpec;
  readonly policy: Policy;
  readonly inventory: KustomizeToHelmInventory;
}

type Part = Pick<Adapters, 'kube' | 'helm'>;

/** Reads the spec and the world; changes nothing. InvalidSpec with every problem at once: unknown keys, wrong types, names that resolve to nothing. */
export function inspectKustomizeToHelm({
  kube,
  helm,
  locks,
  temporal,
  requestFiles,
  settings,
}: Pick<Adapters, 'kube' | 'helm' | 'locks' | 'temporal' | 'requestFiles' | 'settings'>) {
  /** In the middle of another run half of what a spec names is not there; and the first thing that may not be read says little. */
  async function explain(error: unknown, spec: KustomizeToHelmSpec): Promise<unknown> {
    if (isFailure(error, 'InvalidSpec')) return refusal('RunInProgress', await checkLocks({ locks, temporal }, locksOf(spec))) ?? error;
    if (isFailure(error, 'Forbidden')) return refusal('PreflightFailed', await checkAccess(kube, spec)) ?? error;
    return error;
  }

  return {
    /** With `run`, the files that its request brought are claimed for it: unclaimed ones are swept after a day. A preview claims nothing. */
    async inspectKustomizeToHelm({ spec: given, run }: { readonly spec: unknown; readonly run?: string }): Promise<Inspected> {
      const spec = readSpec(kustomizeToHelmSchema, given);
      const { values } = spec.target;
      if (run !== undefined && 'secretRef' in values) await requestFiles.claim(values.secretRef, run);
      try {
        demandApproval(spec, settings);
        return { spec, policy: { ...commonPolicy(spec, settings), ...gatePolicy(spec.approval) }, inventory: await observe({ kube, helm }, spec) };
      } catch (error) {
        throw await explain(error, spec);
      }
    },
  };
}

interface World {
  readonly source: FoundSource;
  readonly volumes: readonly BoundVolume[];
  readonly chart: ChartFacts;
  readonly rendered: RenderedChart;
  readonly secrets: readonly FoundSecret[];
  readonly namespace: KubeObject | undefined;
}

async function observe({ kube, helm }: Part, spec: KustomizeToHelmSpec): Promise<KustomizeToHelmInventory> {
  const problems = new Problems();
  const [serverVersion, helmVersion, source, volumes, namespace] = await Promise.all([
    kube.version(),
    helm.version(),
    findSource(kube, spec, problems),
    findVolumes(kube, spec, problems),
    kube.get({ apiVersion: 'v1', kind: 'Namespace', name: spec.target.namespace }),
  ]);
  const set = fillIn(spec, volumes, problems);
  const found = await findChart({ kube, helm }, spec, set, serverVersion, problems);
  const rendered = found?.rendered.open ?? [];
  const secrets = await findSecrets(kube, spec, rendered, problems);
  const adopt = found ? await findAdoptable(kube, spec, rendered, problems) : [];
  if (found) checkServices(spec, found.rendered, problems);
  if (!found || problems.found.length > 0) throw invalidSpec(problems.found);

  const world = { source, volumes, ...found, secrets, namespace };
  const held = source.held;
  const live = source.workloads.map(({ object }) => object);
  return {
    serverVersion,
    helmVersion,
    ...(source.version !== undefined && { sourceVersion: source.version }),
    targetNamespaceExists: namespace !== undefined,
    release: { namespace: spec.target.namespace, name: spec.target.release },
    ...chartPart(spec, world),
    workloads: source.workloads.map(({ ref, replicas }) => ({ ref, replicas })),
    owners: source.owners,
    held,
    secrets,
    volumes: volumes.map(({ object: _, bound: _bound, ...volume }) => ({ ...volume, inChart: makesClaim(found.rendered, volume.claim) })),
    adopt,
    set,
    differences: compareWithLive(live, found.rendered.workloads, secrets, source.autoscaled),
    obstacles: await findObstacles(kube, spec, world),
    remarks: await findRemarks(kube, spec, live, held, namespace !== undefined, rendered),
  };
}

interface FoundPackage {
  readonly chart: ChartFacts;
  readonly rendered: RenderedChart;
}

/** The package and what it renders, each problem at the path of the spec where it can be put right. */
async function findChart({ kube, helm }: Part, spec: KustomizeToHelmSpec, set: KustomizeToHelmInventory['set'], serverVersion: string, problems: Problems) {
  const { values: source } = spec.target;
  const [chart, values] = await Promise.all([
    problems.attempt('target.chart', () => helm.inspectChart(chartRef(spec.target))),
    problems.attempt(
      'target.values',
      async (): Promise<readonly [Values, Values]> => [await readValues(kube, source, set), await readValues(kube, source, { ...set, ...closingSet(spec) })],
    ),
  ]);
  if (!chart || !values || !checkPackage(chart, spec.target, serverVersion, problems)) return undefined;
  const rendered = await problems.attempt('target.values', () => renderChart(helm, spec, ...values));
  return rendered && ({ chart, rendered } satisfies FoundPackage);
}

function chartPart(
  { target: { namespace } }: KustomizeToHelmSpec,
  { chart, rendered, secrets }: World,
): Pick<KustomizeToHelmInventory, 'chart' | 'hookReaders'> {
  const { name, version, appVersion, kubeVersion } = chart;
  const { open, workloads, exposed, exposedWhenClosed } = rendered;
  const hooked = secrets.filter((each) => each.class === 'hook').map(({ to }) => to);
  return {
    chart: {
      ...{ name, version, ...(appVersion && { appVersion }), ...(kubeVersion && { kubeVersion }) },
      workloads: workloads.map((workload) => workloadRef(workload, namespace)),
      exposed,
      exposedWhenClosed,
      hooksAreCarried: hooksAreCarried(open, new Set(secrets.map(({ to }) => to))),
    },
    hookReaders: readersOf(workloads, namespace, hooked),
  };
}

/** Why the chart could not run in the target namespace, as it is rendered now. */
async function findObstacles(kube: Kube, { target }: KustomizeToHelmSpec, { rendered, secrets, volumes, namespace }: World): Promise<readonly Problem[]> {
  const claims = volumes.map(({ claim: name, size }) => ({ name, size }));
  const [uncovered, ofNamespace] = await Promise.all([
    findUncovered(kube, target.namespace, rendered.open, secrets),
    checkNamespace(kube, namespace, rendered.open, claims),
  ]);
  const objections = claimObjections(
    rendered.open,
    volumes.map(({ bound }) => bound),
  );
  return [...uncovered.map((message) => ({ check: 'secrets', message })), ...objections.map((message) => ({ check: 'volumes', message })), ...ofNamespace];
}

/** Values by which the chart comes up without showing anything to users. */
export const closingSet = ({ traffic }: KustomizeToHelmSpec): { readonly [path: string]: unknown } => traffic.closed?.set ?? {};

const makesClaim = ({ open }: RenderedChart, claim: string) =>
  open.some(({ object, hooks }) => hooks.length === 0 && object.kind === 'PersistentVolumeClaim' && object.metadata.name === claim);
