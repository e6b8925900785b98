import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { type PlaceOnLab, placeOn } from '../story/place.js';
import { startStack } from '../story/stack.js';
import { kubectl, teller } from '../story/tools.js';
import { drillCells } from './cells.js';
import { emptyTemporal, killDrivers } from './dead-man.js';
import { removeTarget } from './install-target.js';
import { proveMeasurement } from './liars/prove-measurement.js';
import type { Scene } from './scene.js';
import { targets } from './targets.js';
import { terminateInFault } from './terminated.js';
import { drillUnsafe } from './unsafe.js';
import { drillVariants } from './variants.js';
import { killWorkers } from './worker-kills.js';

interface Options {
  readonly lab: string;
  readonly out: string;
  readonly runs: string;
  readonly parts: string;
  readonly only?: string;
}

const parts: Readonly<Record<string, (scene: Scene, options: Options) => Promise<unknown>>> = {
  cells: (scene, { runs, only }) => drillCells(scene, { runs: Number(runs), ...(only !== undefined && { only }) }),
  variants: drillVariants,
  unsafe: drillUnsafe,
  workerKills: killWorkers,
  deadMan: killDrivers,
  emptied: emptyTemporal,
  terminated: terminateInFault,
  measurement: (scene, { only }) => proveMeasurement(scene, only),
};

/** An admin names the lab's power port, once. */
async function namePower({ place, power: { url, token } }: PlaceOnLab): Promise<void> {
  await kubectl(place, ['create', 'namespace', 'rehelm-system'], { mayFail: true });
  const literals = [`--from-literal=http=${url}`, `--from-literal=token=${token}`];
  await kubectl(place, ['create', 'secret', 'generic', 'rehelm-power-lab', '-n', 'rehelm-system', ...literals], { mayFail: true });
}

async function runSuite(options: Options): Promise<void> {
  const { lab, out } = options;
  const tell = teller();
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const where = await placeOn(lab);
  await namePower(where);
  const stack = await startStack(where.place, join(out, 'temporal'));
  await stack.startWorker();
  const kept: Record<string, unknown> = {};
  const misses: string[] = [];
  const scene: Scene = {
    place: stack.place,
    power: where.power,
    stack,
    out,
    tell,
    keep(part, value) {
      kept[part] = value;
      writeFileSync(join(out, 'matrix.json'), `${JSON.stringify(kept, null, 2)}\n`);
    },
    miss: (what) => void misses.push(what),
  };
  for (const name of options.parts.split(',')) {
    tell(name);
    // A part that was given up may have left its target, and a node's blast radius is everything on it.
    for (const target of Object.values(targets)) await removeTarget(stack.place, target);
    await parts[name]!(scene, options).catch((error: unknown) => scene.miss(`${name}: ${error instanceof Error ? error.message : error}`));
  }
  await stack.stop();
  for (const what of misses) tell(`missed: ${what}`);
  tell(`${out}/matrix.json`);
  process.exitCode = misses.length > 0 ? 1 : 0;
}

await new Command('matrix')
  .description('Drills every target of the example with every fault, and whatever may go wrong with a drill, on a running lab with four nodes')
  .option('--lab <name>', '', 'drills')
  .option('--out <folder>', '', 'out/drills')
  .option('--runs <n>', 'of each strict cell', '3')
  .option('--parts <names>', '', Object.keys(parts).join(','))
  .option('--only <pattern>', 'cells and trials of the measurement by name, such as repmgr-sigstop, liar-duplicate, honest, down-silent')
  .action(runSuite)
  .parseAsync();
