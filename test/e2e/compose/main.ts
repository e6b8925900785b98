import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { engineLayout } from '../../../lab/engine/engine-layout.js';
import { engineLinks } from '../../../lab/engine/engine-links.js';
import { loadImage } from '../../../lab/engine/load-image.js';
import { type Engine, startEngine } from '../../../lab/engine/start-engine.js';
import { stopEngine } from '../../../lab/engine/stop-engine.js';
import { publicImages } from '../../../lab/images/public-images.js';
import { interruption, listenForInterruption, shieldFromInterruption } from '../../../lab/process/interruption.js';
import { drillResults } from '../../../src/model/drill-results.js';
import { type PlaceOnLab, placeOn } from '../story/place.js';
import { teller } from '../story/tools.js';
import { composed } from './composed.js';
import { type Exercise, statelessDrill } from './exercise.js';
import { firewall } from './firewall.js';
import { leftOfEngine, leftOfStack } from './left-behind.js';
import { playUndisturbed } from './play.js';
import { portal } from './portal.js';
import { readToken } from './read-token.js';
import { survives } from './survives.js';
import { uiLocks } from './ui-locks.js';

/** What is run. */
const exercise: Exercise = statelessDrill;

const engineName = 'compose';
const imageName = 'rehelm/rehelm:0.1.0';
type Tell = (line: string) => void;

/**
 * On the machine's own network: the engine gives containers no way out. With clients of the one major that Debian has: this machine reaches no other packages, and an
 * engine without BuildKit builds every stage of the file.
 */
const build = ['build', '--quiet', '--network', 'host', '--build-arg', 'POSTGRES_MAJORS=15'] as const;

async function makeImages(engine: Engine, checkout: string, tell: Tell): Promise<void> {
  for (const image of publicImages) await loadImage(engine, image);
  tell('public images are there');
  await engine.docker([...build, '--tag', imageName, checkout]);
  tell('image built');
  await makePodImages(engine, checkout);
  tell('images of the copier and of drills built');
}

/** Each program starts and says what it lacks. */
async function makePodImages(engine: Engine, checkout: string): Promise<void> {
  const say = (tag: string, script: string) => engine.docker(['run', '--rm', '--network', 'none', '--read-only', tag, 'sh', '-c', `(${script}) 2>&1 || :`]);
  for (const [target, script, expected] of [
    [
      'copier',
      'id -u; /usr/lib/postgresql/15/bin/pg_dump --version; setpriv --version; node /app/main.mjs',
      /^65532\npg_dump .* 15\..*\nsetpriv .*\n.*can't be read/,
    ],
    ['drill', 'id -u; node /app/main.mjs', /^65532\n.*expected one of driver, guard, hand/],
  ] as const) {
    const tag = `rehelm/${target}:0.1.0`;
    await engine.docker([...build, '--target', target, '--tag', tag, checkout]);
    const said = await say(tag, script);
    if (!expected.test(said)) throw new Error(`${tag} says ${said}`);
  }
}

async function onEngine(engine: Engine, at: PlaceOnLab, tell: Tell) {
  const { place } = at;
  const [spec] = await Promise.all([exercise.prepare(place, tell), makeImages(engine, place.checkout, tell)]);
  const stack = await composed(place, engine);
  try {
    const started = Date.now();
    await stack.up();
    const startSeconds = (Date.now() - started) / 1000;
    tell(`stack up in ${startSeconds.toFixed(1)} s`);
    const [token, locks] = [await readToken(stack), await uiLocks(stack.ui)];
    const api = portal(place, stack.server, token);
    const played = await playUndisturbed(stack, api, { spec, killsDuring: exercise.killsDuring }, tell);
    tell(`the run ended: ${played.report.phase}`);
    const survivedRestart = await survives(stack, api, { token, ...played }, tell);
    const links = await engineLinks(engineLayout(engineName).bridge);
    const { kills, report, seconds, disturbed } = played;
    return {
      links,
      result: {
        runSucceeded: report.phase === 'Succeeded',
        phase: report.phase,
        drill: drillResults(report).map(({ verdict, recoverySeconds, lost }) => ({ verdict, recoverySeconds, lost })),
        runSeconds: seconds,
        disturbed,
        startSeconds,
        kills,
        uiLocks: locks,
        survivedRestart,
      },
    };
  } catch (error) {
    tell(await stack.compose(['logs', '--tail', '15', '--no-color']).catch(() => 'no logs'));
    throw error;
  } finally {
    await stack.compose(['down', '--volumes', '--remove-orphans']);
  }
}

const interrupted = () => new Promise<never>((_, reject) => interruption().addEventListener('abort', () => reject(interruption().reason)));

async function composeTest({ lab, out }: { readonly lab: string; readonly out: string }): Promise<void> {
  const tell = teller();
  listenForInterruption();
  const before = await firewall();
  await stopEngine(engineName);
  const engine = await startEngine(engineName);
  try {
    const { links, result } = await Promise.race([onEngine(engine, await placeOn(lab), tell), interrupted()]);
    const ofStack = await leftOfStack(engine);
    await stopEngine(engineName);
    const after = await firewall();
    const rules = after.filter((rule) => !before.includes(rule)).length + before.filter((rule) => !after.includes(rule)).length;
    const full = { ...result, leftBehind: { ...ofStack, ...(await leftOfEngine(engineName, links, rules)) } };
    mkdirSync(join(process.cwd(), 'out/e2e'), { recursive: true });
    writeFileSync(join(process.cwd(), out), `${JSON.stringify(full, null, 2)}\n`);
    process.stdout.write(`${JSON.stringify(full, null, 2)}\n`);
    const isClean = Object.values(full.leftBehind).every((count) => count === 0);
    process.exitCode = full.runSucceeded && full.survivedRestart && isClean ? 0 : 1;
  } finally {
    shieldFromInterruption();
    await stopEngine(engineName);
  }
}

await new Command('compose')
  .description(
    'Builds the image, starts docker-compose.yml on an engine of its own beside a running lab, plays a run with every container killed once, and removes all',
  )
  .option('--lab <name>', '', 'cmp')
  .option('--out <file>', '', 'out/e2e/compose.json')
  .action(composeTest)
  .parseAsync();
