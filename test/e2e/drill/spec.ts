import type { FaultKind, Profile } from '../../../src/model/drill.js';
import type { TargetName } from './targets.js';
import { targets } from './targets.js';

/** A drill by name, and its spec as a user would write it. */
export interface Exercise {
  readonly name: string;
  readonly namespace: string;
  readonly spec: object;
}

export interface Cell {
  readonly target: TargetName;
  readonly fault: FaultKind;
  readonly profile: Profile;
}

/** What is not as in every other drill. */
export interface Particulars {
  readonly name?: string;
  readonly lastsSeconds?: number;
  /** The chart fences a frozen member by its liveness probe. */
  readonly fenced?: boolean;
  readonly redundancyWithin?: string;
  readonly lostWrites?: number;
  /** Users go on this long after the last trouble: 30 where it is to be seen that they are served as before. */
  readonly settleSeconds?: number;
  /** Of sigkill and sigstop. */
  readonly process?: 'postmaster';
  /** Further fields of the spec. */
  readonly more?: object;
}

/** Users write this long before the fault, in seconds. */
export const steadySeconds = 15;

function faultOf({ target, fault }: Cell, { lastsSeconds = 40, fenced = true, process }: Particulars): object {
  const of = target === 'stateless' ? 'replica' : 'primary';
  const revertAfter = '4m';
  if (fault === 'nodeOff') return { kind: fault, of, power: 'lab', lasts: `${lastsSeconds}s`, revertAfter };
  if (fault === 'sigstop') return { kind: fault, of, lasts: `${lastsSeconds}s`, revertAfter, fencedByProbe: fenced, ...(process && { process }) };
  return { kind: fault, of, revertAfter, ...(process && { process }) };
}

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

/** A drill of one target with one fault. Faults last longer than the slowest of the targets takes to notice, unless it is said. */
export function exerciseOf(cell: Cell, particulars: Particulars = {}): Exercise {
  const { name = drillName(cell), redundancyWithin = '4m', lostWrites = cell.profile === 'loose' ? 1000 : 0, settleSeconds = 5 } = particulars;
  const spec = {
    apiVersion: 'rehelm.dev/v1alpha1',
    kind: 'FailoverDrill',
    metadata: { name },
    target: targetOf(cell.target),
    fault: faultOf(cell, particulars),
    load: { writers: 10, writesPerSecond: 120, steadyFor: `${steadySeconds}s`, settleFor: `${settleSeconds}s` },
    profiles: { [cell.profile]: { expect: { rto: '90s', lostWrites } } },
    expect: { redundancyWithin },
    approval: 'none',
    ...particulars.more,
  };
  return { name, namespace: targets[cell.target].namespace, spec };
}
