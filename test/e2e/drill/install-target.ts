import { kubectl, type Place, run, sleep, soon } from '../story/tools.js';
import { readMembers, stateOf } from './members.js';
import type { Target } from './targets.js';

/** Installs a target's chart, or changes it to these values (`name=value`), and waits until it is whole. Answers the seconds that took. */
export async function installTarget(place: Place, target: Target, values: readonly string[] = []): Promise<number> {
  const started = Date.now();
  const chart = `examples/failover-drill/charts/${target.chart}`;
  const args = [
    'upgrade',
    '--install',
    target.chart,
    chart,
    '--namespace',
    target.namespace,
    '--create-namespace',
    ...values.flatMap((value) => ['--set', value]),
  ];
  await run(place, place.env['REHELM_HELM']!, args);
  // What no admin says anything of is production.
  await kubectl(place, ['label', 'namespace', target.namespace, 'rehelm.dev/production=false', '--overwrite']);
  await waitUntilWhole(place, target);
  return (Date.now() - started) / 1000;
}

/** Waits until every pod is ready, one member is primary and all others stream from it. */
export async function waitUntilWhole(place: Place, target: Target, withinSeconds = 180): Promise<void> {
  for (const workload of target.workloads) await kubectl(place, ['rollout', 'status', workload, '-n', target.namespace, `--timeout=${withinSeconds}s`]);
  if (target.members.length === 0) return;
  await soon(`${target.chart} to be whole`, withinSeconds, async () => (stateOf(await readMembers(place, target)).isWhole ? true : undefined), 500);
}

/** Removes a target with its data. */
export async function removeTarget(place: Place, { namespace }: Target): Promise<void> {
  await kubectl(place, ['delete', 'namespace', namespace, '--ignore-not-found', '--timeout=120s']);
  await sleep(1000);
}
