import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { placeOn } from '../story/place.js';
import { deployProduct, publish } from '../story/product.js';
import { startStack } from '../story/stack.js';
import { untilWorker } from '../story/steer.js';
import { kubectl, type Place, rehelm, teller } from '../story/tools.js';
import { openEyes, runId } from '../story/watch.js';
import { deletedClaims } from './deleted-claims.js';
import { type PlayedCase, playCase } from './play-case.js';
import { resets } from './resets.js';
import { scaledUp } from './scaled-up.js';
import type { Scene } from './scene.js';
import { secondRuns } from './second-runs.js';
import { terminated } from './terminated.js';

interface Options {
  readonly lab: string;
  readonly documents: string;
  readonly out: string;
  readonly only: string;
}

const cases = [...scaledUp, ...deletedClaims, ...resets, ...terminated, ...secondRuns];

/** People as the fault: each case from the same beginning, each to a finished migration or a rollback, with world and data compared. */
async function main({ lab, documents, out, only }: Options): Promise<void> {
  const tell = teller();
  const folder = join(process.cwd(), out);
  mkdirSync(folder, { recursive: true });
  const { place, registry } = await placeOn(lab);
  const there = (await kubectl(place, ['get', 'deployment', '-n', 'default', 'service-api'], { mayFail: true })).exitCode === 0;
  if (!there) await deployProduct(place, Number(documents), tell);
  const spec = await publish(place, registry);
  const stack = await startStack(place, folder);
  const eyes = await openEyes(stack.address);
  try {
    await stack.startWorker();
    await tidyUp(stack.place, tell);
    const scene: Scene = { place: stack.place, eyes, spec, hash: await planned(stack.place, spec), tell };
    const played = await playAll(scene, only);
    writeFileSync(join(folder, 'report.json'), `${JSON.stringify(summary(played), null, 2)}\n`);
    const { passed, failed } = summary(played);
    process.stdout.write(`${passed} passed, ${failed} failed\n`);
    if (failed > 0) process.exitCode = 1;
  } finally {
    await eyes.close();
    await stack.stop();
  }
}

/** On a lab that stays: what an earlier, interrupted evening left open is taken back first. */
async function tidyUp(place: Place, tell: (line: string) => void): Promise<void> {
  await untilWorker(place);
  const { exitCode } = await rehelm(place, ['rollback', runId, '--reason', 'the beginning is wanted', '--accept-data-loss', '--wait', '8m'], { mayFail: true });
  if (exitCode === 0) tell('an earlier run was taken back');
}

/** Case after case, as long as each finds the beginning again. */
async function playAll(scene: Scene, only: string): Promise<readonly PlayedCase[]> {
  const wanted = cases.filter(({ name }) => new RegExp(only).test(name));
  const played: PlayedCase[] = [];
  for (const each of wanted) {
    const one = await playCase(scene, each);
    played.push(one);
    scene.tell(`  ${one.passed ? 'passed' : 'FAILED'}: ${one.end}; said: ${one.said}${one.lost.length > 0 ? `; lost: ${one.lost.join('; ')}` : ''}`);
    if (one.lost.length > 0) break;
  }
  const left = wanted
    .slice(played.length)
    .map(({ name }) => ({ name, said: 'not played: the case before did not come back to the beginning', end: '', lost: [], passed: false }));
  return [...played, ...left];
}

/** The hash that people look at. */
const planned = async (place: Place, spec: string): Promise<string> => JSON.parse((await rehelm(place, ['plan', '-f', spec, '-o', 'json'])).stdout).hash;

const summary = (played: readonly PlayedCase[]) => {
  const passed = played.filter((each) => each.passed).length;
  return { cases: played, passed, failed: played.length - passed };
};

await new Command('people')
  .description('People as the fault, on a running lab: scaled up, claims deleted, Reset, Terminate, a second run')
  .option('--lab <name>', '', 'people')
  .option('--documents <number>', '', '2000')
  .option('--out <folder>', 'logs and report.json', 'out/people')
  .option('--only <pattern>', 'cases whose names match this', '')
  .action(main)
  .parseAsync();
