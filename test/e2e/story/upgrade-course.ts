import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { saveHistory } from '../../../bench/save-history.js';
import type { Report } from '../../../src/model/report.js';
import { onStage, type Stage } from './on-stage.js';
import type { Registry } from './registry.js';
import type { ReleaseState } from './release.js';
import { runFigures, withoutLists } from './run-figures.js';
import type { Scene } from './scene-program.js';
import { approve, begin, commit, expectEqual, untilWorker } from './steer.js';
import { type Place, rehelm } from './tools.js';

type Tell = Stage['tell'];
type WithRelease = { readonly release?: ReleaseState };

/** A product's way to its next chart: there, back, there again, finalized. */
export interface UpgradeCourse<State extends WithRelease> {
  readonly scene: Scene<State>;
  readonly workflowId: string;
  /** `sso-2.0.0` */
  readonly newRelease: string;
  /** Writes the spec into the folder, as the registry wants it, and answers the file. `mode`: how its databases go along, if another way than the example's. */
  writeSpec(registry: Registry, folder: string, mode?: string): string;
  /** Of the scene, where a mode wants another one. */
  readonly sizesOf?: (mode: string | undefined) => Readonly<Record<string, number>>;
  /** Resolves once users are served by the release of the given side. */
  untilServed(place: Place, side: 'old' | 'new'): Promise<unknown>;
  /** A plain `helm upgrade` of the old release by its user, who changes a value. */
  upgradeByHand(place: Place): Promise<unknown>;
  /** What else is tried, before anything is touched and once the new release is committed for good; figures for the report. */
  readonly tryBefore?: (place: Place, registry: Registry, folder: string, tell: Tell) => Promise<void>;
  readonly tryAfter?: (place: Place, folder: string, tell: Tell) => Promise<object>;
}

/** The program of a course, for a lab that runs. */
export async function playUpgrade<State extends WithRelease>(course: UpgradeCourse<State>): Promise<void> {
  const { name } = course.scene;
  await new Command(`${name}-upgrade`)
    .description(`Takes the product of examples/${name} to its next chart on a running lab, back, there again, and finalizes it`)
    .requiredOption('--lab <name>')
    .option('--gib <number>', 'of tables and indexes, about', '1')
    .option('--short', 'there and back only')
    .option('--mode <mode>', 'of its databases, where the example has several')
    .option('--out <folder>', 'logs; the figures are written beside it, as <folder>.json', `out/e2e/${name}`)
    .action(({ lab, gib, out, short = false, mode }: Options) =>
      onStage(lab, out, async (stage) => {
        const figures = await upgrade(course, stage, { short, gib: Number(gib), ...(mode !== undefined && { mode }) });
        writeFileSync(`${stage.folder}.json`, `${JSON.stringify(figures, null, 2)}\n`);
        process.stdout.write(`${JSON.stringify(withoutLists(figures), null, 2)}\n`);
      }),
    )
    .parseAsync();
}

interface Options {
  readonly lab: string;
  readonly gib: string;
  readonly out: string;
  readonly short?: boolean;
  readonly mode?: string;
}

interface Extent {
  readonly short: boolean;
  readonly gib: number;
  readonly mode?: string;
}

async function upgrade<State extends WithRelease>(
  course: UpgradeCourse<State>,
  { stack, registry, eyes, folder, tell }: Stage,
  { short, gib, mode }: Extent,
): Promise<object> {
  const { place } = stack;
  const { scene, workflowId } = course;
  const defaults = Object.fromEntries(Object.entries(scene.sizes).map(([size, [fallback]]) => [size, fallback]));
  await scene.deploy(place, registry, { ...defaults, ...course.sizesOf?.(mode), gib }, tell);
  const before = await scene.readState(place);
  const expectAll = async () => expectEqual('what users miss', scene.dataDifferences(before, await scene.readState(place, before)), []);
  const chart = async () => (await scene.readState(place, before)).release?.chart;

  await stack.startWorker();
  await untilWorker(place);
  await course.tryBefore?.(place, registry, folder, tell);
  const spec = course.writeSpec(registry, folder, mode);

  await begin(place, spec);
  const first = await commit(place, eyes, workflowId);
  await expectAll();
  expectEqual('release', await chart(), course.newRelease);
  await course.untilServed(place, 'new');
  tell(`upgraded: every row is there; users were held out for ${first.heldOut?.seconds} s`);

  const figuresOf = async (report: Report) => runFigures(report, await saveHistory(place, workflowId, join(folder, 'history.json')));
  const firstFigures = await figuresOf(first);

  const turnedBack = Date.now();
  await rehelm(place, ['rollback', workflowId, '--reason', 'a look back', '--accept-data-loss', '--wait', '15m']);
  const rollbackSeconds = (Date.now() - turnedBack) / 1000;
  await course.untilServed(place, 'old');
  await expectAll();
  expectEqual('release', (await scene.readState(place, before)).release, before.release);
  tell('taken back: the old release serves as before');
  await course.upgradeByHand(place);
  await course.untilServed(place, 'old');
  await expectAll();
  tell('a plain helm upgrade of it finds nothing of the run in its way');
  const there = { gib, rollbackSeconds, rolledBackServes: true, parity: { equal: true } };
  if (short) return { ...firstFigures, ...there, heldOutSeconds: [first.heldOut?.seconds] };

  await begin(place, spec);
  const again = await commit(place, eyes, workflowId);
  const figures = await figuresOf(again);
  await expectAll();
  const secondRun = JSON.parse((await rehelm(place, ['plan', '-f', spec, '-o', 'json'])).stdout).plan.title as string;
  if (!secondRun.includes('nothing to do')) throw new Error(`a second run would: ${secondRun}`);
  const { stdout: id } = await rehelm(place, ['finalize', workflowId, '--early', '--detach', '--reason', 'it runs well']);
  await approve(place, eyes, id.trim(), 'start');
  await eyes.reaches(['Finalized'], 300, id.trim());
  await course.untilServed(place, 'new');
  await expectAll();
  tell('upgraded again and finalized');

  const heldOutSeconds = [first.heldOut?.seconds, again.heldOut?.seconds];
  const more = await course.tryAfter?.(place, folder, tell);
  return { ...figures, ...there, heldOutSeconds, secondRun, ...more };
}
