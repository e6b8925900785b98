import { counted } from '../model/counted.js';
import type { KustomizeToHelmInventory as Found, KustomizeToHelmSpec as Spec } from '../model/kustomize-to-helm.js';
import type { Phase } from '../model/plan.js';
import type { ObjectRef } from '../model/refs.js';
import { copyId, copySeconds, server } from './kustomize-to-helm-databases.js';
import { probedService } from './probed-service.js';
import type { TypedStep } from './step.js';

/** The step that carries a Secret of the source. */
export const carryId = (name: string) => `carry/${name}`;

const installId = 'install';

/** Guide, "Migrate Cognigy.AI from Kustomize to Helm" 1 and 2: installed closed, and ready before anybody may see it. */
export function install(spec: Spec, found: Found): Phase {
  const { release, chart } = found;
  const carried = found.secrets.filter((secret) => secret.class !== 'plain');
  const steps: readonly TypedStep[] = [
    {
      id: installId,
      step: 'helmInstall',
      title: `helm upgrade --install ${release.name} ${chart.name} ${chart.version}, closed to users`,
      input: {
        release,
        chart: chartOf(spec),
        values: spec.target.values,
        set: closedSet(spec, found),
        adopts: adopted(found),
        ...(chart.hooksAreCarried && { noHooks: true as const }),
        timeoutSeconds: 600,
      },
      changeable: ['values', 'set'],
      withinSeconds: 900,
    },
    ...putBack(spec, found, 'put-back'),
    ...carried.map(
      ({ name, to }): TypedStep => ({
        id: `carried/${to}`,
        step: 'verifyCarriedSecret',
        proves: true,
        title: `Secret ${to} still holds what was carried`,
        group: 'carried',
        input: { to: { namespace: release.namespace, name: to }, carriedBy: carryId(name) },
      }),
    ),
  ];
  return { id: 'install', title: 'Install', steps };
}

/** Secrets that a hook of the chart makes anew get the carried value back. `id` tells the install from the opening: a hook may run at upgrades, too. */
function putBack({ source, target }: Spec, { secrets, chart, hookReaders }: Found, id: string): readonly TypedStep[] {
  const hooked = secrets.filter((secret) => secret.class === 'hook' && !chart.hooksAreCarried);
  return hooked.map(({ name, to, replace }) => {
    const readers = hookReaders[to] ?? [];
    return {
      id: `${id}/${to}`,
      step: 'putBackSecret',
      title: `Put the carried value of ${to} back, where a hook has made it anew, and restart its ${counted(readers.length, 'reader')}`,
      group: id,
      input: { secret: { namespace: target.namespace, name: to }, from: { namespace: source.namespace, name }, ...(replace && { replace }), readers },
    };
  });
}

/** What earlier steps give to the release: adopted objects, carried secrets, handed-over claims. */
const adopted = ({ adopt, secrets, volumes: claims, release: { namespace } }: Found): readonly ObjectRef[] => [
  ...adopt,
  ...secrets.map(({ to: name }) => ({ apiVersion: 'v1', kind: 'Secret', namespace, name })),
  ...claims.map(({ claim: name }) => ({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name })),
];

const chartOf = ({ target: { chart, version, registry } }: Spec) => ({
  chart,
  version,
  ...(registry && { registry: registry.secretRef, ...(registry.plainHttp && { plainHttp: registry.plainHttp }) }),
});

const closedSet = ({ traffic }: Spec, { set }: Found) => ({ ...set, ...traffic.closed?.set });

/** While users are still held out: the product answers on a private way in, and the source's data is what was copied. */
export function verify(spec: Spec, { release, chart }: Found): Phase {
  const ready: TypedStep = {
    id: 'ready',
    step: 'awaitReady',
    proves: true,
    title: `Wait until ${counted(chart.workloads.length, 'workload')} can serve`,
    group: 'ready',
    input: { workloads: chart.workloads, withinSeconds: spec.target.readyWithin },
    changeable: ['withinSeconds'],
    withinSeconds: spec.target.readyWithin,
  };
  const probes = spec.probes.map(({ name, http, expect, via }) => ({ name, expect, service: { namespace: release.namespace, ...probedService(http, via) } }));
  const still = spec.databases.map(
    (database, index): TypedStep => ({
      id: `still/${index}`,
      step: 'verifySourceStill',
      proves: true,
      title: `${database.rename.map(({ from }) => from).join(', ')} unchanged since the copy`,
      group: 'ready',
      input: { server: server(database), databases: database.rename.map(({ from, to }) => ({ name: from, copyStep: copyId(to) })), withinSeconds: copySeconds },
      withinSeconds: copySeconds,
    }),
  );
  const probe: TypedStep = {
    id: 'probes',
    step: 'runProbes',
    proves: true,
    title: `Probe ${probes.map(({ name }) => name).join(', ')}`,
    input: { probes, withinSeconds: 120 },
    changeable: ['probes', 'withinSeconds'],
    withinSeconds: 120,
  };
  return { id: 'verify', title: 'Verify', steps: [ready, ...still, ...(probes.length ? [probe] : [])] };
}

/** The commit: from here on the target takes users' writes. Guide, step 3: DNS follows the external address. */
export function open(spec: Spec, found: Found): Phase {
  const { release } = found;
  const steps: TypedStep[] = [
    {
      id: 'open',
      step: 'openTraffic',
      title: `Let users in to ${release.namespace}/${release.name}`,
      input: {
        release,
        chart: chartOf(spec),
        values: spec.target.values,
        set: found.set,
        closed: spec.traffic.closed?.set ?? {},
        installStep: installId,
        ...(found.chart.hooksAreCarried && { noHooks: true as const }),
      },
      withinSeconds: 600,
    },
    ...putBack(spec, found, 'put-back-open'),
  ];
  if (spec.externalAddress) {
    const { service, waitForDns, within } = spec.externalAddress;
    steps.push({
      id: 'address',
      step: 'awaitAddress',
      title: `External address of ${service}${waitForDns.length ? `, and DNS of ${waitForDns.join(', ')}` : ''}`,
      input: { service: { namespace: release.namespace, name: service }, dns: waitForDns, withinSeconds: within },
      changeable: ['withinSeconds', 'dns'],
      withinSeconds: within,
      skippable: true,
    });
  }
  return { id: 'open', title: 'Open traffic', gate: 'commit', doors: 'open', steps };
}
