import type { KustomizeToHelmInventory, KustomizeToHelmSpec } from '../../model/kustomize-to-helm.js';
import type { Policy } from '../../model/policy.js';
import { kustomizeToHelmSchema } from '../../model/schema/kustomize-to-helm.js';
import { invalidSpec, readSpec } from '../../model/schema/read-spec.js';
import type { Settings } from '../../worker/settings.js';
import type { Adapters } from '../adapters.js';
import { readValues } from '../read-values.js';
import { compareWithLive } from './compare-with-live.js';
import { chartRef, findAdoptable, hooksAreCarried, type RenderedChart, renderChart, workloadRef } from './find-chart.js';
import { findSecrets, readersOf } from './find-secrets.js';
import { findSource } from './find-source.js';
import { fillIn, findVolumes } from './find-volumes.js';
import { Problems } from './problems.js';

export interface Inspected {
  readonly spec: KustomizeToHelmSpec;
  readonly policy: Policy;
  readonly inventory: KustomizeToHelmInventory;
}

/** Reads the spec and the world; changes nothing. InvalidSpec with every problem at once: unknown keys, wrong types, names that resolve to nothing. */
export function inspectKustomizeToHelm({ kube, helm, settings }: Pick<Adapters, 'kube' | 'helm' | 'settings'>) {
  return {
    async inspectKustomizeToHelm({ spec: given }: { readonly spec: unknown }): Promise<Inspected> {
      const spec = readSpec(kustomizeToHelmSchema, given);
      const problems = new Problems();
      const [serverVersion, helmVersion, source, volumes] = await Promise.all([
        kube.version(),
        helm.version(),
        findSource(kube, spec, problems),
        findVolumes(kube, spec, problems),
      ]);
      const set = fillIn(spec, volumes, problems);
      const chart = await helm.inspectChart(chartRef(spec.target));
      if (chart.version !== spec.target.version) problems.add('target.version', `the package says ${chart.version}`);
      for (const missing of chart.missingDependencies) problems.add('target.chart', `depends on ${missing}, which is not in the package`);
      const values = await readValues(kube, spec.target.values, set);
      const closedValues = await readValues(kube, spec.target.values, { ...set, ...closingSet(spec) });
      const rendered = await renderChart(helm, spec, values, closedValues);
      const secrets = await findSecrets(kube, spec, rendered.open, problems);
      const adopt = await findAdoptable(kube, spec, rendered.open);
      if (problems.found.length) throw invalidSpec(problems.found);

      const { namespace } = spec.target;
      const { name, version, appVersion, kubeVersion } = chart;
      const inventory: KustomizeToHelmInventory = {
        serverVersion,
        helmVersion,
        ...(source.version !== undefined && { sourceVersion: source.version }),
        targetNamespaceExists: (await kube.get({ apiVersion: 'v1', kind: 'Namespace', name: namespace })) !== undefined,
        release: { namespace, name: spec.target.release },
        chart: {
          ...{ name, version, ...(appVersion && { appVersion }), ...(kubeVersion && { kubeVersion }) },
          workloads: rendered.workloads.map((workload) => workloadRef(workload, namespace)),
          exposed: rendered.exposed,
          exposedWhenClosed: rendered.exposedWhenClosed,
          hooksAreCarried: hooksAreCarried(rendered.open, new Set(secrets.map(({ to }) => to))),
        },
        workloads: source.workloads.map(({ ref, replicas }) => ({ ref, replicas })),
        owners: source.owners,
        held: source.held,
        secrets,
        hookReaders: readersOf(
          rendered.workloads,
          namespace,
          secrets.filter((each) => each.class === 'hook').map(({ to }) => to),
        ),
        volumes: volumes.map(({ object: _, ...volume }) => ({ ...volume, inChart: makesClaim(rendered, volume.claim) })),
        adopt,
        set,
        differences: compareWithLive(
          source.workloads.map(({ object }) => object),
          rendered.workloads,
          secrets,
          source.autoscaled,
        ),
        canFence: false,
      };
      return { spec, policy: policyOf(spec, settings), inventory };
    },
  };
}

/** Values by which the chart comes up without showing anything to users. */
export const closingSet = ({ traffic }: KustomizeToHelmSpec): { readonly [path: string]: unknown } => traffic.closed?.set ?? {};

const makesClaim = ({ open }: RenderedChart, claim: string) =>
  open.some(({ object, hooks }) => hooks.length === 0 && object.kind === 'PersistentVolumeClaim' && object.metadata.name === claim);

function policyOf({ approval, onFailure }: KustomizeToHelmSpec, settings: Settings): Policy {
  const { start, commit } = approval === 'none' ? { start: 'none' as const, commit: 'none' as const } : approval;
  const within = commit === 'none' ? undefined : commit.within;
  return {
    start: start === 'none' ? 'none' : 'ask',
    commit: commit === 'none' ? 'none' : 'ask',
    commitThen: commit === 'none' ? 'wait' : commit.then,
    ...(within !== undefined && { commitWithinSeconds: within }),
    failureWaitSeconds: onFailure.wait,
    failureThen: onFailure.then,
    heartbeatTimeoutSeconds: settings.heartbeatTimeoutSeconds,
    searchAttributes: settings.searchAttributes,
  };
}
