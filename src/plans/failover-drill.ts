import { counted } from '../model/counted.js';
import type { DrillTarget, Expectation, Profile, StopWhen } from '../model/drill.js';
import { profiles } from '../model/drill.js';
import type { CourseInput, FailoverDrillInventory, FailoverDrillSpec } from '../model/failover-drill.js';
import { drillLock } from '../model/lock-keys.js';
import type { Phase, Plan } from '../model/plan.js';
import { worstCourse } from '../model/worst-course.js';
import type { TypedStep } from './step.js';

type Found = FailoverDrillInventory;
type Spec = FailoverDrillSpec;

/** How long pods may take to start, in seconds. */
const startSeconds = 180;

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

/** No two drills in a cluster; and nothing else, not even on something else, in the namespace of the target and in those that may go down with its nodes. */
export const locksOf = ({ target, fault, allowed }: Spec): readonly string[] => {
  const namespaces = [target.namespace, ...(fault.kind === 'nodeOff' ? allowed.collateral : [])];
  return ['fault', `source/${target.namespace}/${target.pods.selector}`, ...[...new Set(namespaces)].sort().map(drillLock)];
};

const profilesOf = (spec: Spec): readonly Profile[] => profiles.filter((profile) => spec.profiles[profile] !== undefined);

function course(spec: Spec, found: Found, profile: Profile, isFirst: boolean): Phase {
  const input = courseInput(spec, found, profile);
  const withinSeconds = worstCourse(input);
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
  const { fault, load, target, allowed, stuckPods, failback } = spec;
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
      ...('process' in fault && fault.process === 'postmaster' && { process: 'postmaster' as const }),
      ...(stuckPods && { stuckPods: stuckPods.forceDelete ? ('forceDelete' as const) : ('outOfService' as const) }),
    },
    ...('power' in fault && { power: fault.power }),
    load: { writers: load.writers, writesPerSecond: load.writesPerSecond, steadySeconds: load.steadyFor, settleSeconds: load.settleFor },
    expect: expectationOf(spec, profile),
    members,
    ...(allowed.window && { window: allowed.window }),
    ...(failback && { failback: { command: failback.command, withinSeconds: failback.within } }),
    ...(allowed.stopWhen && { stopWhen: stopOf(allowed.stopWhen, target.namespace) }),
  };
}

function stopOf({ errorRateOf, above, path, secondMemberIll }: NonNullable<Spec['allowed']['stopWhen']>, namespace: string): StopWhen {
  return {
    ...(errorRateOf &&
      above !== undefined && {
        errorRate: { of: `service/${errorRateOf.name}`, url: `http://${errorRateOf.name}.${namespace}.svc:${errorRateOf.port}${path}`, above },
      }),
    ...(secondMemberIll !== undefined && { secondMemberIllSeconds: secondMemberIll }),
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

const inNotes = ({ forceDelete }: NonNullable<Spec['stuckPods']>): string =>
  forceDelete ? 'they are deleted by force' : 'it is tainted as out of service until it is on again';

function notesOf(spec: Spec, { members, collateral, isProduction }: Found): readonly string[] {
  const { iUnderstand: waiver } = spec;
  return [
    ...(isProduction && waiver ? [`${waiver.namespace} in ${waiver.cluster} is production; ${waiver.by} knows, until ${waiver.until}`] : []),
    `members: ${members.map(({ name, node }) => `${name} on ${node}`).join(', ')}`,
    ...(spec.allowed.window ? [`only ${spec.allowed.window.text}, the whole of its worst course`] : []),
    'users have no service from the fault until the target has replaced the member',
    ...collateral.map((pod) => `goes down with its node: ${pod}`),
    ...(spec.fault.kind === 'nodeOff'
      ? [`the node is switched on again after ${spec.fault.lasts} s by the driver, at the latest after ${spec.fault.revertAfter} s by the guard`]
      : []),
    ...(spec.stuckPods ? [`pods that hang on the node are freed once its power controller says that it is off: ${inNotes(spec.stuckPods)}`] : []),
    ...(spec.profiles.loose ? ['loose: the session does not wait for a replica; what it acknowledges can be lost'] : []),
  ];
}
