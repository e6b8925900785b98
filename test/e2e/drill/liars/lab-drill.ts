import { apply, kubectl, type Place, soon } from '../../story/tools.js';
import { runDrill } from '../run-drill.js';
import { controlPort, manifests, memberLabel, namespace, writers } from './manifests.js';
import { read, tell } from './proxy/control.js';
import type { Facts } from './proxy/orders.js';
import type { Drill, Trial } from './trials.js';

const selector = Object.entries(memberLabel)
  .map(([key, value]) => `${key}=${value}`)
  .join(',');

/** The spec of one trial: a replica's proxy is deleted, which no user sees. */
export function trialSpec({ name }: Pick<Trial, 'name'>): object {
  return {
    apiVersion: 'rehelm.dev/v1alpha1',
    kind: 'FailoverDrill',
    metadata: { name },
    target: {
      engine: 'postgresql',
      namespace,
      pods: { selector },
      writeTo: `service/${writers}`,
      login: { secretRef: { name: 'drill-login', userKey: 'user' } },
    },
    fault: { kind: 'podDelete', of: 'replica', revertAfter: '4m' },
    load: { writers: 10, writesPerSecond: 120, steadyFor: '5s', settleFor: '5s' },
    profiles: { asConfigured: { expect: { rto: '90s', lostWrites: 0 } } },
    expect: { redundancyWithin: '4m' },
    approval: 'none',
  };
}

/** Where the proxies take orders, the primary's first. */
async function controls(place: Place): Promise<readonly string[]> {
  const path = 'jsonpath={range .items[*]}{.metadata.name} {.status.podIP}{"\\n"}{end}';
  const { stdout } = await kubectl(place, ['get', 'pods', '-n', namespace, '-l', selector, '-o', path]);
  const addresses = new Map(stdout.split('\n').map((line) => line.split(' ') as [string, string]));
  return ['member-0', 'member-1'].map((name) => `http://${addresses.get(name)}:${controlPort}`);
}

const answering = (place: Place): Promise<readonly string[]> =>
  soon('the proxies', 60, async () => {
    try {
      const found = await controls(place);
      await Promise.all(found.map((control) => read(`${control}/facts`)));
      return found;
    } catch {
      return undefined;
    }
  });

/** Servers and proxies stand, and one streams from the other. */
export async function installProxied(place: Place): Promise<void> {
  await apply(place, manifests);
  for (const name of ['pg', 'member']) await kubectl(place, ['rollout', 'status', `statefulset/${name}`, '-n', namespace, '--timeout=180s']);
  await answering(place);
}

export const removeProxied = async (place: Place): Promise<void> =>
  void (await kubectl(place, ['delete', 'namespace', namespace, '--ignore-not-found', '--timeout=120s']));

/** The ordinary drill, by the command line, with the proxies under orders. */
export function drillProxied(place: Place, folder: string): Drill {
  return async (trial) => {
    for (const control of await answering(place)) await tell(`${control}/orders`, trial.orders);
    const { result } = await runDrill(place, { name: trial.name, namespace, spec: trialSpec(trial) }, folder);
    const facts = await Promise.all((await answering(place)).map((control) => read<Facts>(`${control}/facts`)));
    return { result, facts: { ...facts[0]!, lies: facts.reduce((sum, { lies }) => sum + lies, 0) } };
  };
}
