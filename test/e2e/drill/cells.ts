import { type DrillResult, type FaultKind, faultKinds } from '../../../src/model/drill.js';
import { installTarget, removeTarget, waitUntilWhole } from './install-target.js';
import { runDrill, runUndisturbed } from './run-drill.js';
import type { Scene } from './scene.js';
import { type Cell, drillName, exerciseOf } from './spec.js';
import { type TargetName, targets } from './targets.js';

const statelessFaults: readonly FaultKind[] = ['podDelete', 'nodeOff'];

/** Every cell with how often it is run. */
function cellsOf(strictRuns: number): readonly (Cell & { readonly times: number })[] {
  const databases = (['repmgr', 'patroni'] as const).flatMap((target) =>
    faultKinds.flatMap((fault) => [
      { target, fault, profile: 'strict' as const, times: strictRuns },
      { target, fault, profile: 'loose' as const, times: 1 },
    ]),
  );
  return [...databases, ...statelessFaults.map((fault) => ({ target: 'stateless' as const, fault, profile: 'asConfigured' as const, times: 1 }))];
}

type Outcome = (DrillResult & Omit<Awaited<ReturnType<typeof runUndisturbed>>, 'result'>) | { readonly error: string };

async function attempt({ place, out, tell }: Scene, cell: Cell): Promise<Outcome> {
  try {
    const { result, ...drill } = await runUndisturbed(async () => {
      await waitUntilWhole(place, targets[cell.target], 300);
      return runDrill(place, exerciseOf(cell, { settleSeconds: 31 }), out);
    }, tell);
    const { verdict, recoverySeconds, lost, acked, attempted, reasons } = result;
    tell(
      `${drillName(cell)}: ${verdict}, recovery ${recoverySeconds ?? 'none'} s, lost ${lost}, acked ${acked} of ${attempted}, ${drill.seconds} s in all ${reasons.join('; ')}`,
    );
    return { ...result, ...drill };
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    tell(`${drillName(cell)}: ${words}`);
    return { error: words };
  }
}

/** Every target with every fault. */
export async function drillCells(scene: Scene, { runs, only = '' }: { readonly runs: number; readonly only?: string }): Promise<void> {
  const cells = cellsOf(runs).filter((cell) => drillName(cell).match(only));
  const done: object[] = [];
  for (const target of Object.keys(targets) as readonly TargetName[]) {
    const ofTarget = cells.filter((cell) => cell.target === target);
    if (ofTarget.length === 0) continue;
    scene.tell(`${target} is whole after ${await installTarget(scene.place, targets[target])} s`);
    for (const { times, ...cell } of ofTarget) {
      done.push({ ...cell, runs: await attempts(scene, cell, times) });
      scene.keep('cells', done);
    }
    await removeTarget(scene.place, targets[target]);
  }
}

async function attempts(scene: Scene, cell: Cell, times: number): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (let time = 0; time < times; time++) {
    const outcome = await attempt(scene, cell);
    for (const what of missesOf(cell, outcome)) scene.miss(`${drillName(cell)}: ${what}`);
    outcomes.push(outcome);
  }
  return outcomes;
}

/** What a healthy target must show. */
function missesOf({ profile }: Cell, outcome: Outcome): readonly string[] {
  if ('error' in outcome) return [outcome.error];
  const { verdict, lost, unexpected, diffAfter } = outcome;
  const share = ackedOutsideOutages(outcome);
  return [
    ...(verdict === 'green' ? [] : [`${verdict}: ${outcome.reasons.join('; ')}`]),
    ...(profile === 'strict' && lost + unexpected > 0 ? [`lost ${lost}, unexpected ${unexpected}`] : []),
    ...(profile === 'strict' && share < 0.8 ? [`${Math.round(share * 100)} % of what was attempted outside the outages was acknowledged`] : []),
    ...diffAfter,
  ];
}

/** Of the seconds in which no outage was. */
function ackedOutsideOutages({ timeline, outages }: DrillResult): number {
  const isOut = (second: number) => outages.some(({ from, seconds = Number.POSITIVE_INFINITY }) => second + 1 > from && second < from + seconds);
  const sum = (counts: readonly number[]) => counts.reduce((total, count, index) => total + (isOut(timeline.from + index) ? 0 : count), 0);
  const acked = sum(timeline.inTime);
  return acked / Math.max(1, acked + sum(timeline.others));
}
