import { counted, namedOrCounted } from '../model/counted.js';
import type { KustomizeToHelmInventory as Found, KustomizeToHelmSpec as Spec } from '../model/kustomize-to-helm.js';
import type { Phase } from '../model/plan.js';
import type { ObjectRef } from '../model/refs.js';
import { copyId, copySeconds, server } from './kustomize-to-helm-databases.js';
import { probedService } from './probed-service.js';
import type { TypedStep } from './step.js';

/** The step that carries a Secret of the source. */
export const carryId = (name: string) => `carry/${name}`;

const installId = 'install';
/** A source that was read this many seconds ago, and whose workloads nobody touched since, is not read again when the commit is approved: users wait. */
const freshSeconds = 30;

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
const adopted = (found: Found): readonly ObjectRef[] => [
  ...found.adopt,
  ...found.secrets.map(({ to: name }) => ({ apiVersion: 'v1', kind: 'Secret', namespace: found.release.namespace, name })),
  ...claimsOf(found),
];

const claimsOf = ({ volumes, release: { namespace } }: Found): readonly ObjectRef[] =>
  volumes.map(({ claim: name }) => ({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name }));

const chartOf = ({ target: { chart, version, registry } }: Spec) => ({
  chart,
  version,
  ...(registry && { registry: registry.secretRef, ...(registry.plainHttp && { plainHttp: registry.plainHttp }) }),
});

const closedSet = ({ traffic }: Spec, { set }: Found) => ({ ...set, ...traffic.closed?.set });

/** While users are still held out: the product answers on a private way in, and the source's data is what was copied. */
export function verify(spec: Spec, found: Found): Phase {
  const { release, chart } = found;
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
  const probe: TypedStep = {
    id: 'probes',
    step: 'runProbes',
    proves: true,
    title: `Probe ${probes.map(({ name }) => name).join(', ')}`,
    input: { probes, withinSeconds: 120 },
    changeable: ['probes', 'withinSeconds'],
    withinSeconds: 120,
  };
  return { id: 'verify', title: 'Verify', steps: [ready, ...still(spec, found, 'still', 'ready'), ...(probes.length ? [probe] : [])] };
}

/** The source sleeps, and its databases are what was copied. */
function still({ databases }: Spec, { workloads }: Found, id: string, group: string, freshSeconds?: number): readonly TypedStep[] {
  return databases.map(
    (database, index): TypedStep => ({
      id: `${id}/${index}`,
      step: 'verifySourceStill',
      proves: true,
      title: `The source sleeps, and ${namedOrCounted(
        database.rename.map(({ from }) => from),
        'database',
      )} unchanged since the copy`,
      group,
      input: {
        server: server(database),
        workloads: workloads.map(({ ref }) => ref),
        databases: database.rename.map(({ from, to }) => ({ name: from, copyStep: copyId(to) })),
        ...(freshSeconds !== undefined && { proof: { step: `still/${index}`, freshSeconds } }),
        withinSeconds: copySeconds,
      },
      withinSeconds: copySeconds,
    }),
  );
}

/** People may have waited long with their approval, and somebody may have been at work meanwhile: nothing is committed that is not still right. */
export function lookOnceMore(spec: Spec, found: Found): Phase {
  const claims: TypedStep = {
    id: 'claims-again',
    step: 'verifyHandedOver',
    proves: true,
    title: `${counted(found.volumes.length, 'claim')} still with the volume that was handed over`,
    group: 'again',
    input: { claims: claimsOf(found) },
  };
  const steps = [...still(spec, found, 'still-again', 'again', freshSeconds), ...(found.volumes.length ? [claims] : [])];
  return { id: 'again', title: 'Look once more', steps };
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
  return { id: 'open', title: 'Open traffic', commits: true, doors: 'open', steps };
}
