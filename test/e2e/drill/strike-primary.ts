import { kubectl, type Place, sleep } from '../story/tools.js';
import { type FaultName, faults } from './faults.js';
import { type Gauge, gauge } from './gauge.js';
import { waitUntilWhole } from './install-target.js';
import { type Member, readMembers, stateOf } from './members.js';
import type { PowerPort } from './press-power.js';
import type { Target } from './targets.js';
import type { Writer } from './writer.js';

/** What one fault on the primary led to. */
export interface PrimaryStrike extends Gauge {
  readonly fault: FaultName;
  readonly primaryBefore: string;
  readonly primaryAfter: string | undefined;
  readonly timelines: readonly number[];
  readonly synchronousStandbys: number;
  /** From the fault until there are one primary and two that stream, by themselves; undefined: not within the wait. */
  readonly wholeAfterSeconds: number | undefined;
  /** Acknowledged writes that are gone. */
  readonly lost: number;
}

/** Strikes the primary of a target that is whole, and waits until it is whole again. */
export async function strikePrimary(
  place: Place,
  power: PowerPort,
  target: Target,
  writer: Writer,
  fault: FaultName,
  waitSeconds = 150,
): Promise<PrimaryStrike> {
  await waitUntilWhole(place, target);
  await sleep(5000);
  const before = await primaryOf(place, target);
  const { stdout: node } = await kubectl(place, ['get', 'pod', '-n', target.namespace, before.name, '-o', 'jsonpath={.spec.nodeName}']);
  const faultAt = Date.now();
  await faults[fault]({ place, power, namespace: target.namespace, pod: before.name, node });
  const whole = await sleep(3000)
    .then(() => waitUntilWhole(place, target, waitSeconds))
    .then(() => true)
    .catch(() => false);
  const wholeAfterSeconds = whole ? Math.round((Date.now() - faultAt) / 100) / 10 : undefined;
  await sleep(5000);
  const members = await readMembers(place, target);
  return {
    fault,
    primaryBefore: before.name,
    primaryAfter: stateOf(members).primary?.name,
    timelines: members.map(({ timeline }) => timeline),
    synchronousStandbys: stateOf(members).primary?.synchronousStandbys ?? 0,
    wholeAfterSeconds,
    ...gauge(await writer.samples(), faultAt),
    lost: (await writer.lost()).length,
  };
}

async function primaryOf(place: Place, target: Target): Promise<Member> {
  const { primary } = stateOf(await readMembers(place, target));
  if (primary === undefined) throw new Error(`${target.chart} has no primary`);
  return primary;
}
