import type { KustomizeToHelmSpec } from '../model/kustomize-to-helm.js';
import type { Phase, Plan } from '../model/plan.js';
import { type ObjectRef, showRef, type WorkloadRef } from '../model/refs.js';
import { copyId, copySeconds, databases, server } from './kustomize-to-helm-databases.js';
import { notesOf } from './kustomize-to-helm-notes.js';
import type { Observed } from './observed.js';
import { probedService } from './probed-service.js';
import type { TypedStep } from './step.js';

/** How long pods may take to end, in seconds: their grace period is theirs, this is ours. */
const stopSeconds = 300;
/** How long Kubernetes may take to bind a volume, in seconds. */
const bindSeconds = 300;
/** How long the source may take to serve again when the run is taken back, in seconds. */
const backSeconds = 600;

type Found = Observed;
type Spec = KustomizeToHelmSpec;

/**
 * Reads like the vendor's guide "Kustomize to Helm". Pure: the preview, the docs and the run call the same function.
 * Everything before "Hold traffic" can be done without users noticing; everything after the commit gate is theirs.
 */
export function planKustomizeToHelm(spec: Spec, found: Found): Plan {
  const { source, target } = spec;
  return {
    kind: 'KustomizeToHelm',
    title: `Move ${spec.metadata.name} from Kustomize in ${source.namespace} to Helm release ${target.namespace}/${target.release} ${target.version}`,
    locks: locksOf(spec),
    notes: notesOf(spec, found),
    phases: [prepare(spec, found), hold(found), stop(spec, found), data(spec, found), install(spec, found), verify(spec, found), open(spec, found)].filter(
      ({ steps }) => steps.length > 0,
    ),
  };
}

/** What no other run may touch meanwhile. */
export const locksOf = ({ source, target }: Spec): readonly string[] => [
  `release/${target.namespace}/${target.release}`,
  `source/${source.namespace}/${source.workloads.selector}`,
];

/** Guide, "Preparation for Migration": in advance, without bringing the product down. */
function prepare(spec: Spec, found: Found): Phase {
  const { namespace } = spec.target;
  return {
    id: 'prepare',
    title: 'Prepare',
    gate: 'start',
    steps: [
      { id: `namespace/${namespace}`, step: 'createNamespace', title: `Namespace ${namespace}`, input: { namespace } },
      ...(spec.secrets?.escrow ? [escrow(spec, found)] : []),
      ...found.secrets.map((secret) => carry(secret, spec)),
      ...found.volumes.map(retain),
      ...found.adopt.map((object) => adopt(object, found)),
    ],
  };
}

const escrow = ({ source }: Spec, { secrets }: Found): TypedStep => ({
  id: 'escrow',
  step: 'escrowSecrets',
  title: `Back up ${secrets.length} secrets, encrypted`,
  input: { namespace: source.namespace, names: secrets.map(({ name }) => name) },
});

const carryId = (name: string) => `carry/${name}`;

function carry({ name, to, class: made, replace }: Found['secrets'][number], { source, target }: Spec): TypedStep {
  const owned = made === 'owned' || made === 'kept';
  return {
    id: carryId(name),
    step: 'carrySecret',
    title: `Secret ${name} → ${target.namespace}/${to}${replace ? `, ${replace.key} changed` : ''}`,
    group: 'carry',
    input: {
      from: { namespace: source.namespace, name },
      to: { namespace: target.namespace, name: to },
      ...(replace && { replace }),
      ...(owned && { release: { namespace: target.namespace, name: target.release } }),
      ...(made === 'kept' && { kept: true as const }),
    },
  };
}

export const retainId = (volume: string) => `retain/${volume}`;

const retain = ({ claim, volume }: Found['volumes'][number]): TypedStep => ({
  id: retainId(volume),
  step: 'retainVolume',
  title: `Keep the volume of ${claim}`,
  group: 'retain',
  input: { volume },
});

const adopt = (object: ObjectRef, { release }: Found): TypedStep => ({
  id: `adopt/${object.kind}/${object.name}`,
  step: 'adoptObject',
  title: `Adopt ${showRef(object)}`,
  group: 'adopt',
  input: { object, release },
});

const counted = (count: number, thing: string) => `${count} ${thing}${count === 1 ? '' : 's'}`;

/** Users are held out of the source from here until the commit, or until the run is taken back. */
function hold({ held, workloads }: Found): Phase {
  const step = (object: ObjectRef): TypedStep => ({
    id: `hold/${object.kind}/${object.name}`,
    step: 'holdTraffic',
    title: `Withdraw ${showRef(object)}`,
    group: 'hold',
    input: { object },
  });
  const back: TypedStep = {
    id: 'back',
    step: 'awaitSourceBack',
    title: 'On the way back only: the source serves again before users are let in',
    input: { workloads: workloads.map(({ ref }) => ref), withinSeconds: backSeconds },
  };
  return { id: 'hold', title: 'Hold traffic', steps: [...held.map(step), back] };
}

/** Guide, "Rename MongoDB Databases" 1; before it, whoever would scale the product up again is suspended. */
function stop({ source }: Spec, { owners, workloads }: Found): Phase {
  const suspend = (object: ObjectRef): TypedStep => ({
    // GitOps owners live where they like.
    id: `suspend/${object.kind}/${object.namespace === source.namespace ? '' : `${object.namespace}/`}${object.name}`,
    step: 'suspendOwner',
    title: `Suspend ${showRef(object)}`,
    group: 'suspend',
    input: { object },
  });
  const scale = ({ ref: workload, replicas }: Found['workloads'][number]): TypedStep => ({
    id: `stop/${workload.kind}/${workload.name}`,
    step: 'scaleDown',
    title: `Stop ${showRef(workload)} (${counted(replicas, 'replica')})`,
    group: 'stop',
    input: { workload, withinSeconds: stopSeconds },
    withinSeconds: stopSeconds,
  });
  return { id: 'stop', title: 'Stop the source', steps: [...owners.map(suspend), ...workloads.map(scale)] };
}

/** Guide, "Migrate Persistent Volumes": the same volumes under claims of the target, without a copy. */
function volumes(found: Found): readonly TypedStep[] {
  const { namespace } = found.release;
  const from = found.workloads[0]?.ref.namespace ?? '';
  const handOver = ({ claim, volume, inChart }: Found['volumes'][number]): TypedStep => ({
    id: `volume/${claim}`,
    step: 'handOverVolume',
    title: `Hand the volume of ${claim} over to ${namespace}/${claim}`,
    group: 'move',
    input: {
      claim: { namespace: from, name: claim },
      volume,
      to: { namespace, name: claim },
      ...(inChart && { release: found.release }),
      withinSeconds: bindSeconds,
    },
    withinSeconds: bindSeconds,
  });
  return found.volumes.map(handOver);
}

/** Databases and volumes move side by side: neither needs the other, and users are waiting. */
function data(spec: Spec, found: Found): Phase {
  const { fences, copies, proofs } = databases(spec);
  return { id: 'data', title: 'Data', steps: [...fences, ...copies, ...volumes(found), ...proofs] };
}

const installId = 'install';

/** Guide, "Migrate Cognigy.AI from Kustomize to Helm" 1 and 2: installed closed, and ready before anybody may see it. */
function install(spec: Spec, found: Found): Phase {
  const { release, chart } = found;
  const hooked = found.secrets.filter((secret) => secret.class === 'hook' && !chart.hooksAreCarried);
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
    ...hooked.map((secret): TypedStep => putBack(secret, spec, found.hookReaders[secret.to] ?? [])),
    ...carried.map(
      ({ name, to }): TypedStep => ({
        id: `carried/${to}`,
        step: 'verifyCarriedSecret',
        title: `Secret ${to} still holds what was carried`,
        group: 'carried',
        input: { to: { namespace: release.namespace, name: to }, carriedBy: carryId(name) },
      }),
    ),
  ];
  return { id: 'install', title: 'Install', steps };
}

function putBack({ name, to, replace }: Found['secrets'][number], { source, target }: Spec, readers: readonly WorkloadRef[]): TypedStep {
  return {
    id: `put-back/${to}`,
    step: 'putBackSecret',
    title: `Put the carried value of ${to} back and restart ${readers.length} readers`,
    group: 'put-back',
    input: { secret: { namespace: target.namespace, name: to }, from: { namespace: source.namespace, name }, ...(replace && { replace }), readers },
  };
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
function verify(spec: Spec, { release, chart, canFence }: Found): Phase {
  const ready: TypedStep = {
    id: 'ready',
    step: 'awaitReady',
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
      title: `${database.rename.map(({ from }) => from).join(', ')} unchanged since the copy`,
      group: 'ready',
      input: { server: server(database), databases: database.rename.map(({ from, to }) => ({ name: from, copyStep: copyId(to) })), withinSeconds: copySeconds },
      withinSeconds: copySeconds,
    }),
  );
  const probe: TypedStep = {
    id: 'probes',
    step: 'runProbes',
    title: `Probe ${probes.map(({ name }) => name).join(', ')}`,
    input: { probes, withinSeconds: 120 },
    changeable: ['probes', 'withinSeconds'],
    withinSeconds: 120,
  };
  return { id: 'verify', title: 'Verify', steps: [ready, ...(canFence ? [] : still), ...(probes.length ? [probe] : [])] };
}

/** The commit: from here on the target takes users' writes. Guide, step 3: DNS follows the external address. */
function open(spec: Spec, found: Found): Phase {
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
  return { id: 'open', title: 'Open traffic', gate: 'commit', steps };
}
