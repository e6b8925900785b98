import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { type FaultKind, faultKinds } from '../../../src/model/drill.js';
import { placeOn } from '../story/place.js';
import { startStack } from '../story/stack.js';
import { kubectl, type Place, teller } from '../story/tools.js';
import { installTarget, removeTarget, waitUntilWhole } from './install-target.js';
import type { PowerPort } from './press-power.js';
import { type DrillRun, runDrill } from './run-drill.js';
import { type Cell, drillName } from './spec.js';
import { type TargetName, targets } from './targets.js';

interface Options {
  readonly lab: string;
  readonly out: string;
  readonly runs: string;
  readonly only?: string;
}

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

/** An admin names the lab's power port, once. */
async function namePower(place: Place, { url, token }: PowerPort): Promise<void> {
  await kubectl(place, ['create', 'namespace', 'rehelm-system'], { mayFail: true });
  await kubectl(
    place,
    ['create', 'secret', 'generic', 'rehelm-power-lab', '-n', 'rehelm-system', `--from-literal=http=${url}`, `--from-literal=token=${token}`],
    { mayFail: true },
  );
}

type Outcome = DrillRun | { readonly failed: string };

async function attempt(place: Place, cell: Cell, out: string, tell: (line: string) => void): Promise<Outcome> {
  try {
    await waitUntilWhole(place, targets[cell.target], 300);
    const run = await runDrill(place, cell, out);
    const { verdict, recoverySeconds, lost, acked, attempted, reasons } = run.result;
    tell(
      `${drillName(cell)}: ${verdict}, recovery ${recoverySeconds ?? 'none'} s, lost ${lost}, acked ${acked} of ${attempted}, ${run.seconds} s in all ${reasons.join('; ')}`,
    );
    return run;
  } catch (error) {
    tell(`${drillName(cell)}: ${error instanceof Error ? error.message : error}`);
    return { failed: error instanceof Error ? error.message : String(error) };
  }
}

async function runMatrix({ lab, out, runs, only }: Options): Promise<void> {
  const tell = teller();
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const { place, power } = await placeOn(lab);
  await namePower(place, power);
  const stack = await startStack(place, join(out, 'temporal'));
  await stack.startWorker();
  const cells = cellsOf(Number(runs)).filter((cell) => only === undefined || drillName(cell).match(only));
  const done: object[] = [];
  const write = () => writeFileSync(join(out, 'matrix.json'), `${JSON.stringify({ cells: done }, null, 2)}\n`);
  for (const target of Object.keys(targets) as readonly TargetName[]) {
    const ofTarget = cells.filter((cell) => cell.target === target);
    if (ofTarget.length === 0) continue;
    tell(`${target} is whole after ${await installTarget(place, targets[target])} s`);
    for (const { times, ...cell } of ofTarget) {
      const outcomes: Outcome[] = [];
      for (let time = 0; time < times; time++) outcomes.push(await attempt(stack.place, cell, out, tell));
      done.push({ ...cell, runs: outcomes.map((outcome) => ('result' in outcome ? outcome.result : outcome)) });
      write();
    }
    await removeTarget(place, targets[target]);
  }
  await stack.stop();
  tell(`${done.length} cells in ${out}/matrix.json`);
}

await new Command('matrix')
  .description('Drills every target of the example with every fault, on a running lab with four nodes')
  .option('--lab <name>', '', 'drills')
  .option('--out <folder>', '', 'out/drills')
  .option('--runs <n>', 'of each strict cell', '3')
  .option('--only <pattern>', 'cells by name, such as repmgr-sigstop')
  .action(runMatrix)
  .parseAsync();
