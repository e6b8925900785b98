import type { KustomizeToHelmInventory, KustomizeToHelmSpec } from '../model/kustomize-to-helm.js';
import type { Phase, Plan } from '../model/plan.js';
import { type ObjectRef, showRef } from '../model/refs.js';
import { retain } from './former-policies.js';
import { holdTraffic } from './hold-traffic.js';
import { databases } from './kustomize-to-helm-databases.js';
import { notesOf } from './kustomize-to-helm-notes.js';
import { carryId, install, lookOnceMore, open, verify } from './kustomize-to-helm-release.js';
import type { TypedStep } from './step.js';
import { stopWriters } from './stop-writers.js';

/** How long Kubernetes may take to bind a volume, in seconds. */
const bindSeconds = 300;
/** How long the source may take to serve again when the run is taken back, in seconds. */
const backSeconds = 600;

type Found = KustomizeToHelmInventory;
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
    phases: phasesOf(spec, found).filter(({ steps }) => steps.length > 0),
  };
}

function phasesOf(spec: Spec, found: Found): readonly Phase[] {
  const again = lookOnceMore(spec, found);
  const committing = [again, open(spec, found)]
    .filter(({ steps }) => steps.length > 0)
    .map((phase, index) => (index === 0 ? { ...phase, gate: 'commit' as const } : phase));
  return [prepare(spec, found), hold(found), stop(spec, found), data(spec, found), install(spec, found), verify(spec, found), ...committing];
}

/** What no other run may touch meanwhile. */
export const locksOf = ({ source, target, databases }: Spec): readonly string[] => [
  `release/${target.namespace}/${target.release}`,
  `source/${source.namespace}/${source.workloads.selector}`,
  // Its own, so that others may work on the same server; no drill may.
  ...[...new Set(databases.map(({ at }) => at.service.namespace))].map((namespace) => `database/${namespace}/${target.namespace}/${target.release}`),
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

const adopt = (object: ObjectRef, { release }: Found): TypedStep => ({
  id: `adopt/${object.kind}/${object.name}`,
  step: 'adoptObject',
  title: `Adopt ${showRef(object)}`,
  group: 'adopt',
  input: { object, release },
});

/** Users are held out of the source from here until the commit, or until the run is taken back. */
const hold = ({ held, workloads }: Found): Phase =>
  holdTraffic({ held, served: workloads.map(({ ref }) => ref), what: 'the source', withinSeconds: backSeconds });

/** Guide, "Rename MongoDB Databases" 1; before it, whoever would scale the product up again is suspended. */
const stop = ({ source }: Spec, found: Found): Phase => ({ id: 'stop', title: 'Stop the source', steps: stopWriters({ ...source, ...found }) });

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
