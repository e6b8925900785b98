import type { DrillResult, FaultKind } from '../../../src/model/drill.js';
import { installTarget, removeTarget, waitUntilWhole } from './install-target.js';
import { runDrill, runUndisturbed } from './run-drill.js';
import type { Scene } from './scene.js';
import { exerciseOf, type Particulars } from './spec.js';
import { targets } from './targets.js';

interface Variant extends Particulars {
  readonly name: string;
  readonly target: 'repmgr' | 'patroni';
  readonly fault: FaultKind;
  /** Of the target's chart. */
  readonly values?: readonly string[];
  /** What its result must have beside being green. */
  readonly shows?: (result: DrillResult) => boolean;
}

const freedBy =
  (how: string) =>
  ({ stuckPods = [] }: DrillResult): boolean =>
    stuckPods.some((pod) => pod.freedBy === how);

const variants: readonly Variant[] = [
  {
    name: 'failback',
    target: 'patroni',
    fault: 'podDelete',
    values: ['synchronous=loose'],
    more: { failback: { command: ['patronictl', 'switchover', '--candidate', '{member}', '--force'] } },
    shows: ({ failback }) => failback?.seconds !== undefined,
  },
  { name: 'postmaster-killed', target: 'patroni', fault: 'sigkill', process: 'postmaster' },
  {
    name: 'stuck-deleted',
    target: 'patroni',
    fault: 'nodeOff',
    lastsSeconds: 80,
    more: { stuckPods: { forceDelete: 'whenNodeIsOff' } },
    shows: freedBy('forceDelete'),
  },
  { name: 'postmaster-frozen', target: 'repmgr', fault: 'sigstop', process: 'postmaster' },
  {
    name: 'stuck-tainted',
    target: 'repmgr',
    fault: 'nodeOff',
    lastsSeconds: 80,
    more: { stuckPods: { outOfService: 'whenNodeIsOff' } },
    shows: freedBy('outOfService'),
  },
];

/** What a spec may say beside target and fault, each once. */
export async function drillVariants(scene: Scene): Promise<void> {
  const { place, out, tell } = scene;
  const done: object[] = [];
  for (const { name, target, fault, values = [], shows = () => true, ...particulars } of variants) {
    await installTarget(place, targets[target], values);
    const { result, disturbed } = await runUndisturbed(async () => {
      await waitUntilWhole(place, targets[target], 300);
      return runDrill(place, exerciseOf({ target, fault, profile: 'asConfigured' }, { name, ...particulars }), out);
    }, tell);
    tell(
      `${name}: ${result.verdict}, recovery ${result.recoverySeconds} s, ${JSON.stringify({ failback: result.failback, stuck: result.stuckPods })} ${result.reasons.join('; ')}`,
    );
    if (result.verdict !== 'green' || !shows(result)) scene.miss(`${name}: ${result.verdict} ${result.reasons.join('; ')}`);
    done.push({ name, target, ...result, disturbed });
    scene.keep('variants', done);
    await removeTarget(place, targets[target]);
  }
}
