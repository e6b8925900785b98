import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { placeOn } from '../e2e/story/place.js';
import { deployProduct, publish } from '../e2e/story/product.js';
import { kubectl, type Place, teller } from '../e2e/story/tools.js';
import { carryOut } from './carry-out.js';
import { killPoints, type Point, rows, stepsWithoutMiddle, turningPoints } from './points.js';
import { openScene } from './scene.js';
import { beginningState } from './state.js';
import { recordUndisturbed, type Suite } from './suite.js';
import { type Result, writeResult } from './write-result.js';

interface Options {
  readonly lab: string;
  readonly documents: string;
  readonly only: readonly string[];
  readonly rows?: string;
  readonly list?: true;
  readonly out: string;
}

const tell = teller();

async function main(options: Options): Promise<number> {
  const { place, registry } = await placeOn(options.lab);
  await deployOnce(place, Number(options.documents));
  const specs = { unattended: await publish(place, registry, unattended), attended: await publish(place, registry, attended) };
  const folder = join(process.cwd(), 'out/crash/lab');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const scene = await openScene(place, folder);
  let closing: Promise<void> | undefined;
  const close = () => (closing ??= scene.close());
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void close().finally(() => process.exit(130)));
  try {
    return await carryAll({ scene, specs, beginning: await beginningState(place) }, options);
  } finally {
    // An interrupted run fails at once, and Temporal takes seconds to end.
    await close();
  }
}

const unattended = { approval: 'none', onFailure: { wait: '0s', then: 'rollback' } };
const attended = { approval: 'none', onFailure: { wait: '1h', then: 'rollback' } };

async function carryAll(suite: Suite, options: Options): Promise<number> {
  const undisturbed = await recordUndisturbed(suite);
  const { recording } = undisturbed;
  tell(`an undisturbed run of ${recording.steps.length} steps made ${recording.writes.length} writes, its rollback included`);
  const all = [...killPoints(recording), ...turningPoints(recording)];
  const points = all.filter((point) => isChosen(point, options));
  if (options.list) {
    for (const { id, write } of points) process.stdout.write(`${id}\t${write ? `${write.name} (${write.nth})` : ''}\n`);
    return 0;
  }
  tell(`${points.length} of ${all.length} points`);
  const carried = await carryOut(suite, undisturbed, points, tell);
  const result: Result = { ...carried, points: points.length, stepsWithoutMiddle: stepsWithoutMiddle(recording), recording };
  return writeResult(options.out, result);
}

async function deployOnce(place: Place, documents: number): Promise<void> {
  const deployed = (await kubectl(place, ['get', 'deployment', '-n', 'default', 'service-api'], { mayFail: true })).exitCode === 0;
  if (!deployed) await deployProduct(place, documents, tell);
}

function isChosen({ id, row, step }: Point, { only, rows: named }: Options): boolean {
  const isNamed = only.length === 0 || only.some((name) => name === id || name === step.id || name === row || id.startsWith(`${name}-`));
  return isNamed && (named === undefined || named.split(',').includes(row));
}

const collect = (value: string, all: readonly string[]) => [...all, value];

await new Command('crash-lab')
  .description('Kills the worker at every point of real runs on a lab, fails and cancels one step of each phase, and compares objects and data')
  .option('--lab <name>', 'a lab that is up', 'crashlab')
  .option('--documents <number>', 'in the databases', '2000')
  .option('--only <point>', 'STEP/ROW, STEP or ROW; repeatable', collect, [])
  .option('--rows <rows>', rows.join(','))
  .option('--list', 'show the points and the writes that they stand behind')
  .option('--out <file>', 'the result', 'out/crash/kustomize-to-helm-lab.json')
  .action(async (options: Options) => process.exit(await main(options)))
  .parseAsync();
