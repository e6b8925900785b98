import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { parse } from 'yaml';
import type { Report } from '../../../src/model/report.js';
import { placeOn } from '../story/place.js';
import type { Registry } from '../story/registry.js';
import { startStack } from '../story/stack.js';
import { approve, begin, commit, expectEqual } from '../story/steer.js';
import { type Place, rehelm, soon, teller } from '../story/tools.js';
import { type Eyes, openEyes } from '../story/watch.js';
import { ask, example, release, untilServed } from './product.js';
import { deployLiveAgent, newChart } from './scene.js';
import { dataDifferences, type ProductState, readState } from './state.js';

const workflowId = 'migrate/live-agent/cognigy-live-agent';
const app = `${release}-app`;

interface Options {
  readonly lab: string;
  readonly gib: string;
  readonly out: string;
}

/** The example's spec with the lab's registry and a map of values. */
function specFor(registry: Registry, folder: string, map: string): string {
  const file = join(folder, `${map}.json`);
  const spec = parse(readFileSync(join(example, 'spec.yaml'), 'utf8'));
  const migrate = join(process.cwd(), example, 'maps', `${map}.yaml`);
  writeFileSync(file, JSON.stringify({ ...spec, target: { ...spec.target, ...newChart(registry), values: { ...spec.target.values, migrate } } }));
  return file;
}

function expectNoneMissed(before: ProductState, after: ProductState): void {
  expectEqual('what users miss', dataDifferences(before, after), []);
}

/** Keys that the new chart silently no longer reads stop the plan, by name. */
async function expectUnread(place: Place, specFile: string): Promise<void> {
  const { exitCode, stdout, stderr } = await rehelm(place, ['plan', '-f', specFile], { mayFail: true });
  const missing = ['redis.password', 'postgresql.persistence'].filter((key) => !`${stdout}${stderr}`.includes(`does not read ${key}`));
  if (exitCode === 0 || missing.length > 0) throw new Error(`the plan takes values that nobody reads (${missing.join(', ')}):\n${stdout}${stderr}`);
}

const secondsOf = ({ steps }: Report) =>
  Object.fromEntries(steps.map(({ id, startedAt = '', endedAt = '' }) => [id, (Date.parse(endedAt) - Date.parse(startedAt)) / 1000]));

async function main({ lab, gib, out }: Options): Promise<void> {
  const tell = teller();
  const folder = join(process.cwd(), out);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const { place: onLab, registry } = await placeOn(lab);
  const stack = await startStack(onLab, folder);
  const { place } = stack;
  const eyes: Eyes = await openEyes(stack.address);
  try {
    await deployLiveAgent(place, registry, { gib: Number(gib) }, tell);
    const before = await readState(place);
    await stack.startWorker();
    await soon('a worker', 60, async () => ((await rehelm(place, ['status'], { mayFail: true })).exitCode === 0 ? true : undefined));
    const spec = specFor(registry, folder, 'live-agent-4.44-complete');
    await expectUnread(place, specFor(registry, folder, 'live-agent-4.44'));
    tell("the guide's own list of keys is refused: two are missing in it");

    await begin(place, spec);
    const first = await commit(place, eyes, workflowId);
    expectNoneMissed(before, await readState(place, before));
    expectEqual('release', (await readState(place, before)).release?.chart, 'live-agent-4.44.0');
    await untilServed(place, app);
    tell(`upgraded: every row is there; users were held out for ${first.heldOut?.seconds} s`);

    await rehelm(place, ['rollback', workflowId, '--reason', 'a look back', '--accept-data-loss', '--wait', '15m']);
    await untilServed(place, release);
    expectNoneMissed(before, await readState(place, before));
    expectEqual('release', (await readState(place, before)).release, before.release);
    const rolledBackServes = (await ask(place, release, '/'))?.status === 200;
    tell('taken back: the old release serves as before');

    await begin(place, spec);
    const again = await commit(place, eyes, workflowId);
    expectNoneMissed(before, await readState(place, before));
    const secondRun = JSON.parse((await rehelm(place, ['plan', '-f', spec, '-o', 'json'])).stdout).plan.title as string;
    if (!secondRun.includes('nothing to do')) throw new Error(`a second run would: ${secondRun}`);
    const { stdout: id } = await rehelm(place, ['finalize', workflowId, '--early', '--detach', '--reason', 'it runs well']);
    await approve(place, eyes, id.trim(), 'start');
    await eyes.reaches(['Finalized'], 120, id.trim());
    await untilServed(place, app);
    expectNoneMissed(before, await readState(place, before));
    tell('upgraded again and finalized');

    const figures = {
      gib: Number(gib),
      heldOutSeconds: [first.heldOut?.seconds, again.heldOut?.seconds],
      steps: secondsOf(first),
      rolledBackServes,
      secondRun,
    };
    writeFileSync(join(folder, 'report.json'), `${JSON.stringify(figures, null, 2)}\n`);
    process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
  } finally {
    await eyes.close();
    await stack.stop();
  }
}

await new Command('live-agent-upgrade')
  .description('Takes the product of examples/live-agent to its next chart on a running lab, back, there again, and finalizes it')
  .option('--lab <name>', '', 'liveagent')
  .option('--gib <number>', 'of tables and indexes, about', '1')
  .option('--out <folder>', 'logs and report.json', 'out/e2e/live-agent')
  .action(main)
  .parseAsync();
