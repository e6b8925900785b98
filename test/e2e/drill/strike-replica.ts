import { kubectl, type Place, sleep } from '../story/tools.js';
import type { ClientPod } from './client-pod.js';
import { type FaultName, faults } from './faults.js';
import { type Gauge, gauge } from './gauge.js';
import { waitUntilWhole } from './install-target.js';
import type { PowerPort } from './press-power.js';
import type { Target } from './targets.js';

/** What one fault on one replica of a web server led to. */
export interface ReplicaStrike extends Gauge {
  readonly fault: FaultName;
  readonly failed: number;
  readonly wholeAfterSeconds: number;
}

/** Strikes one replica of a target without data, and waits until all are ready again. */
export async function strikeReplica(place: Place, power: PowerPort, target: Target, client: ClientPod, fault: FaultName): Promise<ReplicaStrike> {
  await waitUntilWhole(place, target);
  await sleep(3000);
  const path = 'jsonpath={.items[0].metadata.name} {.items[0].spec.nodeName}';
  const selector = ['-l', 'app.kubernetes.io/component=web', '--field-selector=status.phase=Running'];
  const [pod = '', node = ''] = (await kubectl(place, ['get', 'pods', '-n', target.namespace, ...selector, '-o', path])).stdout.split(' ');
  const faultAt = Date.now();
  await faults[fault]({ place, power, namespace: target.namespace, pod, node });
  await sleep(2000);
  await waitUntilWhole(place, target);
  const wholeAfterSeconds = Math.round((Date.now() - faultAt) / 100) / 10;
  const samples = await client.samples();
  return { fault, failed: samples.filter(({ at, kind }) => kind === 'failed' && at > faultAt).length, wholeAfterSeconds, ...gauge(samples, faultAt) };
}
