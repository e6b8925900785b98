import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Command } from 'commander';
import type { Report } from '../../src/model/report.js';
import { readRelease } from '../e2e/keycloak-ha/product.js';
import { scene } from '../e2e/keycloak-ha/scene.js';
import { workflowId, writeSpec } from '../e2e/keycloak-ha/spec.js';
import { onStage } from '../e2e/story/on-stage.js';
import type { Stack } from '../e2e/story/stack.js';
import { atGate, begin, untilReport, untilWorker } from '../e2e/story/steer.js';
import { rehelm } from '../e2e/story/tools.js';
import type { Eyes } from '../e2e/story/watch.js';
import { strike, timeHelm } from './helm-under-way.js';

interface Options {
  readonly lab: string;
  readonly kills: string;
  readonly out: string;
}

/** The steps in which helm upgrades before anybody is asked. */
const steps = ['install', 'upgrade'] as const;
const fractions = [0.05, 0.25, 0.45, 0.65, 0.85];

interface Scene {
  readonly stack: Stack;
  readonly eyes: Eyes;
  readonly spec: string;
}

const doneIn = ({ steps: all }: Report, step: string): boolean => all.some(({ id, state }) => id === step && state === 'done');

async function takeBack({ stack: { place } }: Scene): Promise<void> {
  await rehelm(place, ['rollback', workflowId, '--reason', 'once more', '--wait', '15m']);
}

/** How long each helm takes where nobody kills it, in milliseconds. */
async function undisturbed(on: Scene): Promise<readonly number[]> {
  const { stack, eyes, spec } = on;
  await begin(stack.place, spec);
  const times: number[] = [];
  for (const _ of steps) times.push(await timeHelm(stack.workerPid()));
  await atGate(eyes, workflowId, 'commit');
  await takeBack(on);
  return times;
}

interface Struck {
  readonly step: string;
  readonly afterMs: number;
  /** The step was done in the end, and the release deployed, and nobody was asked. */
  readonly endedDeployed: boolean;
}

/** One run, in which each helm is killed once. */
async function killIn(on: Scene, times: readonly number[], fraction: number): Promise<readonly Struck[]> {
  const { stack, eyes, spec } = on;
  await begin(stack.place, spec);
  const seen = new Set<number>();
  const struck: { readonly step: string; readonly afterMs: number }[] = [];
  for (const [index, step] of steps.entries()) {
    const afterMs = Math.round(fraction * (times[index] ?? 0));
    const { pid, killed } = await strike(stack.workerPid(), afterMs, seen);
    seen.add(pid);
    if (killed) struck.push({ step, afterMs });
    await untilReport(eyes, workflowId, step, 900, (report) => doneIn(report, step));
  }
  const report = await atGate(eyes, workflowId, 'commit');
  const release = await readRelease(stack.place);
  await takeBack(on);
  return struck.map((each) => ({ ...each, endedDeployed: doneIn(report, each.step) && release?.status === 'deployed' }));
}

const main = ({ lab, kills, out }: Options): Promise<void> =>
  onStage(lab, 'out/kill/helm', async ({ stack, registry, eyes, folder, tell }) => {
    await scene.deploy(stack.place, registry, { gib: 0.02, seed: 1 }, tell);
    await stack.startWorker();
    await untilWorker(stack.place);
    const on: Scene = { stack, eyes, spec: writeSpec(registry, folder) };
    const times = await undisturbed(on);
    tell(`undisturbed, helm takes ${times.join(' and ')} ms`);
    const all: Struck[] = [];
    for (let round = 0; all.length < Number(kills) && round < 3 * fractions.length; round++) {
      all.push(...(await killIn(on, times, fractions[round % fractions.length] ?? 0)));
      tell(`${all.length} killed, ${all.filter(({ endedDeployed }) => endedDeployed).length} ended deployed`);
    }
    const figures = { points: all.length, endedDeployed: all.filter(({ endedDeployed }) => endedDeployed).length, times, struck: all };
    mkdirSync(dirname(out), { recursive: true });
    writeFileSync(out, `${JSON.stringify(figures, null, 2)}\n`);
    process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
    process.exitCode = figures.points >= Number(kills) && figures.endedDeployed === figures.points ? 0 : 1;
  });

await new Command('kill-helm')
  .description('Kills helm in the middle of upgrades, at ten points, and looks whether the next attempt ends deployed without a person')
  .requiredOption('--lab <name>')
  .option('--kills <number>', '', '10')
  .option('--out <file>', '', 'out/kill/helm.json')
  .action(main)
  .parseAsync();
