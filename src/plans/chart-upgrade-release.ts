import type { FoundUpgrade as Found, ChartUpgradeSpec as Spec } from '../model/chart-upgrade.js';
import { counted } from '../model/counted.js';
import type { Phase } from '../model/plan.js';
import type { WorkloadRef } from '../model/refs.js';
import type { ValuesRecipe, ValuesSource } from '../model/values-source.js';
import { probedService } from './probed-service.js';
import { redisServer } from './redis-server.js';
import type { TypedStep } from './step.js';

const valuesId = 'values';
const installId = 'install';
const helmSeconds = 600;
/** The step around helm has more than each of helm's own operations. */
const installSeconds = 900;
const probeSeconds = 120;

/** How the new chart's values are made. */
export const recipeOf = ({ source, target: { values } }: Spec): ValuesRecipe => ({
  from: values.from === 'release' ? { release: { namespace: source.namespace, name: source.release } } : values.from,
  ...(values.migrate && { migrate: values.migrate }),
});

/** Guide 002, "Changes to values.yaml". Kept for the run: the release whose values they are goes. */
export const prepareValues = (spec: Spec, { values }: Found): TypedStep => ({
  id: valuesId,
  step: 'prepareValues',
  title: values.changes.length > 0 ? `Keep the values for the new chart, ${counted(values.changes.length, 'change')}` : 'Keep the values for the new chart',
  input: { recipe: recipeOf(spec) },
});

const valuesOf = (spec: Spec): ValuesSource => ({ prepared: { step: valuesId, recipe: recipeOf(spec) } });

export const chartOf = ({ target: { chart, version, registry } }: Spec) => ({
  chart,
  version,
  ...(registry && { registry: registry.secretRef, ...(registry.plainHttp && { plainHttp: registry.plainHttp }) }),
});

/** What holds for good. */
export const realSet = ({ target }: Spec, { set }: Pick<Found, 'set'>) => ({ ...set, ...target.values.set });
export const closedSet = ({ traffic }: Spec) => traffic.closed?.set ?? {};
/** What holds while the databases are filled. */
export const emptySet = (spec: Spec, found: Pick<Found, 'set'>) => ({ ...realSet(spec, found), ...closedSet(spec), ...spec.installEmpty });

/** Guide 002, step 5: nothing runs that would write to a database. */
export function installEmpty(spec: Spec, found: Found): Phase {
  const { release, chart } = found;
  const install: TypedStep = {
    id: installId,
    step: 'helmInstall',
    title: `helm install ${release.name} ${chart.name} ${chart.version}, empty and closed to users`,
    input: { release, chart: chartOf(spec), values: valuesOf(spec), set: emptySet(spec, found), uninstalledBy: 'uninstall', timeoutSeconds: helmSeconds },
    changeable: ['values', 'set'],
    withinSeconds: installSeconds,
  };
  return { id: 'install', title: 'Install empty', steps: [install, ...ready('first', spec, found.first)] };
}

const ready = (id: string, { target }: Spec, workloads: readonly WorkloadRef[]): readonly TypedStep[] =>
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

/** Guide 002, step 7: the real values, replicas as they were; users are still held out. */
export function start(spec: Spec, found: Found): Phase {
  const { release, chart } = found;
  if (Object.keys(spec.installEmpty).length === 0) return { id: 'start', title: 'Start', steps: [] };
  const upgrade: TypedStep = {
    id: 'upgrade',
    step: 'helmUpgrade',
    title: `helm upgrade ${release.name} to the real values`,
    input: {
      ...{ release, chart: chartOf(spec), values: valuesOf(spec) },
      ...{ set: { ...realSet(spec, found), ...closedSet(spec) }, dropped: spec.installEmpty, installStep: installId, timeoutSeconds: helmSeconds },
    },
    withinSeconds: installSeconds,
  };
  return { id: 'start', title: 'Start', steps: [upgrade, ...ready('ready', spec, chart.workloads), ...forgottenKeys(spec)] };
}

/** Of the release's namespace, unless the spec says otherwise; one beside a Service of the release comes with it. */
export const redisOf = ({ source: { namespace } }: Spec, keys: Spec['redis'][number]) =>
  redisServer(keys, { namespace, ...(keys.service && { servedBy: installId }) });

/** Guide 002, step 8: what the product sets when it starts with an empty Redis. */
const forgottenKeys = (spec: Spec): readonly TypedStep[] =>
  spec.redis.map((keys, index) => ({
    id: `redis/${index}`,
    step: 'deleteRedisKeys',
    title: `Delete ${keys.delete.join(', ')} from Redis ${keys.service?.name ?? keys.host}`,
    input: { server: redisOf(spec, keys), patterns: keys.delete, atLeast: keys.atLeast, atMost: keys.atMost },
    changeable: ['patterns', 'atLeast', 'atMost'],
    skippable: true,
  }));

/** Guide 002, step 9, in part: the product answers on a private way in; a person looks before the commit. */
export function verify(spec: Spec, { release }: Found): Phase {
  const probes = spec.probes.map(({ name, http, expect, via }) => ({ name, expect, service: { namespace: release.namespace, ...probedService(http, via) } }));
  const probe: TypedStep = {
    id: 'probes',
    step: 'runProbes',
    proves: true,
    title: `Probe ${probes.map(({ name }) => name).join(', ')}`,
    input: { probes, withinSeconds: probeSeconds },
    changeable: ['probes', 'withinSeconds'],
    withinSeconds: probeSeconds,
  };
  return { id: 'verify', title: 'Verify', steps: probes.length > 0 ? [probe] : [] };
}

/** The commit: from here on the new release takes users' writes. */
export function open(spec: Spec, found: Found): Phase {
  const { release } = found;
  const step: TypedStep = {
    id: 'open',
    step: 'openTraffic',
    title: `Let users in to ${release.namespace}/${release.name}`,
    input: {
      ...{ release, chart: chartOf(spec), values: valuesOf(spec), set: realSet(spec, found) },
      ...{ closed: { ...spec.installEmpty, ...closedSet(spec) }, installStep: installId },
    },
    withinSeconds: helmSeconds,
  };
  return { id: 'open', title: 'Open traffic', gate: 'commit', commits: true, doors: 'open', steps: [step] };
}
