import { counted } from '../model/counted.js';
import type { DrillTarget, Expectation, Profile } from '../model/drill.js';
import { profiles } from '../model/drill.js';
import type { CourseInput, FailoverDrillInventory, FailoverDrillSpec } from '../model/failover-drill.js';
import type { Phase, Plan } from '../model/plan.js';
import type { TypedStep } from './step.js';

type Found = FailoverDrillInventory;
type Spec = FailoverDrillSpec;

/** How long pods may take to start, in seconds. */
const startSeconds = 180;
/** What a course takes beside the times that the spec names, in seconds: connections, late answers, the final read, the comparison. */
const aroundSeconds = 300;

const inWords = { podDelete: 'delete its pod', sigkill: 'kill it', sigstop: 'freeze it', nodeOff: 'cut the power of its node' } as const;

/** For each profile: a guard that takes the fault back, the course itself, and a clean-up that compares. Pure: the preview and the run call the same function. */
export function planFailoverDrill(spec: Spec, found: Found): Plan {
  const { target, fault, metadata } = spec;
  return {
    kind: 'FailoverDrill',
    title: `Drill ${metadata.name}: ${inWords[fault.kind]}, the ${fault.of} of ${counted(found.members.length, 'member')} in ${target.namespace}`,
    locks: locksOf(spec),
    leavesNothing: true,
    notes: notesOf(spec, found),
    phases: profilesOf(spec).map((profile, index) => course(spec, found, profile, index === 0)),
  };
}

/** No two drills in a cluster, and nothing else on the same target. */
export const locksOf = ({ target }: Spec): readonly string[] => ['fault', `source/${target.namespace}/${target.pods.selector}`];

const profilesOf = (spec: Spec): readonly Profile[] => profiles.filter((profile) => spec.profiles[profile] !== undefined);

function course(spec: Spec, found: Found, profile: Profile, isFirst: boolean): Phase {
  const input = courseInput(spec, found, profile);
  const { lastsSeconds, revertAfterSeconds } = input.fault;
  const withinSeconds = input.load.steadySeconds + Math.max(lastsSeconds, revertAfterSeconds) + input.expect.redundancyWithinSeconds + aroundSeconds;
  const steps: readonly TypedStep[] = [
    { id: `prepare/${profile}`, step: 'prepareDrill', title: 'Rights and request of the driver, and of the guard that takes the fault back', input },
    { id: `drive/${profile}`, step: 'driveDrill', title: `${titleOf(spec)}, ${profile}`, input: { ...input, withinSeconds }, withinSeconds },
    { id: `clean/${profile}`, step: 'cleanDrill', title: 'Remove what the drill made', input, withinSeconds: startSeconds },
  ];
  return { id: profile, title: `Drill, ${profile}`, ...(isFirst && { gate: 'start' as const }), steps };
}

const titleOf = ({ fault }: Spec): string => {
  const lasts = 'lasts' in fault ? ` for ${fault.lasts} s` : '';
  return `Users write; ${inWords[fault.kind]}${lasts}; see how the ${fault.of} is replaced and what is lost`;
};

function courseInput(spec: Spec, { members }: Found, profile: Profile): CourseInput {
  const { fault, load, target } = spec;
  return {
    profile,
    target: targetOf(spec),
    ...(target.engine === 'postgresql' && { login: { namespace: target.namespace, ...target.login.secretRef } }),
    fault: {
      kind: fault.kind,
      of: fault.of,
      lastsSeconds: 'lasts' in fault ? fault.lasts : 0,
      revertAfterSeconds: fault.revertAfter,
      fencedByProbe: 'fencedByProbe' in fault && fault.fencedByProbe,
    },
    ...('power' in fault && { power: fault.power }),
    load: { writers: load.writers, writesPerSecond: load.writesPerSecond, steadySeconds: load.steadyFor, settleSeconds: load.settleFor },
    expect: expectationOf(spec, profile),
    members,
  };
}

function targetOf({ target }: Spec): DrillTarget {
  const { namespace, pods } = target;
  if (target.engine === 'http')
    return {
      engine: 'http',
      namespace,
      selector: pods.selector,
      requestTo: `http://${target.requestTo.name}.${namespace}.svc:${target.requestTo.port}${target.path}`,
    };
  const { name, port } = target.writeTo;
  return { engine: 'postgresql', namespace, selector: pods.selector, writeTo: { host: `${name}.${namespace}.svc`, port }, database: target.ledger.database };
}

function expectationOf({ expect, profiles: wanted }: Spec, profile: Profile): Expectation {
  const { rto, lostWrites } = wanted[profile]?.expect ?? {};
  return {
    redundancyWithinSeconds: expect.redundancyWithin,
    ...(rto !== undefined && { rtoSeconds: rto }),
    ...(lostWrites !== undefined && { lostWrites }),
  };
}

function notesOf(spec: Spec, { members, collateral }: Found): readonly string[] {
  return [
    `members: ${members.map(({ name, node }) => `${name} on ${node}`).join(', ')}`,
    'users have no service from the fault until the target has replaced the member',
    ...collateral.map((pod) => `goes down with its node: ${pod}`),
    ...(spec.fault.kind === 'nodeOff'
      ? [`the node is switched on again after ${spec.fault.lasts} s by the driver, at the latest after ${spec.fault.revertAfter} s by the guard`]
      : []),
    ...(spec.profiles.loose ? ['loose: the session does not wait for a replica; what it acknowledges can be lost'] : []),
  ];
}
