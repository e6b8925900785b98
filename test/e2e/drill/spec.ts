import type { FaultKind, Profile } from '../../../src/model/drill.js';
import type { TargetName } from './targets.js';
import { targets } from './targets.js';

export interface Cell {
  readonly target: TargetName;
  readonly fault: FaultKind;
  readonly profile: Profile;
}

/** How long a stop and a power cut last, in seconds: longer than the slowest of the targets takes to notice. */
const lastsSeconds = 40;

const faultOf = ({ target, fault }: Cell): object => {
  const of = target === 'stateless' ? 'replica' : 'primary';
  const revertAfter = '4m';
  if (fault === 'nodeOff') return { kind: fault, of, power: 'lab', lasts: `${lastsSeconds}s`, revertAfter };
  // Both charts fence a frozen member by its liveness probe.
  if (fault === 'sigstop') return { kind: fault, of, lasts: `${lastsSeconds}s`, revertAfter, fencedByProbe: true };
  return { kind: fault, of, revertAfter };
};

function targetOf(name: TargetName): object {
  const { namespace, service } = targets[name];
  if (name === 'stateless') return { engine: 'http', namespace, pods: { selector: 'app.kubernetes.io/component=web' }, requestTo: `service/${service}` };
  return {
    engine: 'postgresql',
    namespace,
    pods: { selector: 'app.kubernetes.io/component=member' },
    writeTo: `service/${service}`,
    login: { secretRef: { name: 'drill-login', userKey: 'user' } },
  };
}

export const drillName = ({ target, fault, profile }: Cell): string => `${target}-${fault}-${profile}`.toLowerCase();

/** The spec of one cell, as a user would write it. */
export function drillSpec(cell: Cell): object {
  const strict = { rto: '90s', lostWrites: 0 };
  return {
    apiVersion: 'rehelm.dev/v1alpha1',
    kind: 'FailoverDrill',
    metadata: { name: drillName(cell) },
    target: targetOf(cell.target),
    fault: faultOf(cell),
    load: { writers: 10, writesPerSecond: 120, steadyFor: '15s' },
    profiles: { [cell.profile]: { expect: cell.profile === 'loose' ? { rto: '90s', lostWrites: 1000 } : strict } },
    expect: { redundancyWithin: '4m' },
    approval: 'none',
  };
}
