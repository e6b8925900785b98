import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { placeOn } from '../e2e/story/place.js';
import { teller } from '../e2e/story/tools.js';
import { carryOut } from './carry-out.js';
import { killPoints, type Point, rows, stepsWithoutMiddle, turningPoints } from './points.js';
import { openScene } from './scene.js';
import { beginningState } from './state.js';
import type { Subject } from './subject.js';
import { cognigy } from './subjects/cognigy.js';
import { keycloakHa } from './subjects/keycloak-ha.js';
import { liveAgent } from './subjects/live-agent.js';
import { upgradedRelease } from './subjects/upgraded-release.js';
import { recordUndisturbed, type Suite } from './suite.js';
import { type Result, writeResult } from './write-result.js';

interface Options {
  readonly lab: string;
  readonly kind: string;
  readonly only: readonly string[];
  readonly rows?: string;
  readonly list?: true;
  readonly out?: string;
}

const tell = teller();

interface Struck {
  readonly file: string;
  subject(folder: string): Subject;
}

/** The product of each kind, and the name of its result. */
const kinds: Readonly<Record<string, Struck>> = {
  KustomizeToHelm: { file: 'kustomize-to-helm-lab', subject: () => cognigy },
  ChartUpgrade: { file: 'chart-upgrade-lab', subject: (folder) => upgradedRelease(liveAgent, folder) },
  PostgresToHA: { file: 'postgres-to-ha-lab', subject: (folder) => upgradedRelease(keycloakHa, folder) },
};

async function main(options: Options): Promise<number> {
  const struck = kinds[options.kind];
  if (!struck) throw new Error(`no kind ${options.kind}: ${Object.keys(kinds).join(', ')}`);
  const folder = join(process.cwd(), 'out/crash/lab', struck.file);
  const subject = struck.subject(folder);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const { place, registry } = await placeOn(options.lab);
  await subject.deploy(place, registry, tell);
  const specs = { unattended: join(folder, 'unattended.json'), attended: join(folder, 'attended.json') };
  await subject.writeSpec(place, registry, specs.unattended, unattended);
  await subject.writeSpec(place, registry, specs.attended, attended);
  const scene = await openScene(place, subject, folder);
  let closing: Promise<void> | undefined;
  const close = () => (closing ??= scene.close());
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void close().finally(() => process.exit(130)));
  try {
    return await carryAll({ scene, specs, beginning: await beginningState(scene) }, { out: `out/crash/${struck.file}.json`, ...options });
  } finally {
    // An interrupted run fails at once, and Temporal takes seconds to end.
    await close();
  }
}

const unattended = { approval: 'none', onFailure: { wait: '0s', then: 'rollback' } };
const attended = { approval: 'none', onFailure: { wait: '1h', then: 'rollback' } };

async function carryAll(suite: Suite, options: Options & { readonly out: string }): Promise<number> {
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

function isChosen({ id, row, step }: Point, { only, rows: named }: Options): boolean {
  const isNamed = only.length === 0 || only.some((name) => name === id || name === step.id || name === row || id.startsWith(`${name}-`));
  return isNamed && (named === undefined || named.split(',').includes(row));
}

const collect = (value: string, all: readonly string[]) => [...all, value];

await new Command('crash-lab')
  .description('Kills the worker at every point of real runs on a lab, fails and cancels one step of each phase, and compares objects and data')
  .option('--lab <name>', 'a lab that is up', 'crashlab')
  .option('--kind <kind>', Object.keys(kinds).join(', '), 'KustomizeToHelm')
  .option('--only <point>', 'STEP/ROW, STEP or ROW; repeatable', collect, [])
  .option('--rows <rows>', rows.join(','))
  .option('--list', 'show the points and the writes that they stand behind')
  .option('--out <file>', 'the result, if not out/crash/KIND-lab.json')
  .action(async (options: Options) => process.exit(await main(options)))
  .parseAsync();
