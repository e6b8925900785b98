import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunTimes } from '../../../bench/run-times.js';
import { saveHistory } from '../../../bench/save-history.js';
import { answersWhileHeld, missedPromises } from '../../../bench/window.js';
import { type Fingerprint, sizeOf } from '../../../examples/cognigy/seed/fingerprint.js';
import type { Report } from '../../../src/model/report.js';
import { type Bare, measureBare } from './bare.js';
import { deployProduct, differences, fingerprint, proxyAddress, publish } from './product.js';
import { runFigures } from './run-figures.js';
import { type Stack, startStack } from './stack.js';
import { kubectl, type Place, rehelm, soon } from './tools.js';
import { type Eyes, openEyes, probe, runId } from './watch.js';

export interface Story {
  readonly place: Place;
  readonly registry: { readonly host: string; readonly user: string; readonly password: string };
  readonly documents: number;
  /** Logs and reports. */
  readonly folder: string;
  readonly tell: (line: string) => void;
}

export interface Scene {
  readonly stack: Stack;
  readonly eyes: Eyes;
}

export interface Migration {
  readonly report: Report;
  readonly downtimeSeconds: number;
  readonly seconds: number;
  readonly workerKills: number;
  /** Where the run's time went. */
  readonly times: RunTimes;
  /** Answers of the product while users were held out. */
  readonly answers: readonly string[];
  /** What of the data differs from before. */
  readonly differences: readonly string[];
}

/** The whole main job on real Kubernetes: migrated with the worker killed meanwhile, taken back, migrated again, finalized. Throws where anything is not as promised. */
export async function kustomizeToHelmStory(story: Story) {
  const { place, tell, folder } = story;
  // A story that was interrupted left its run open in its Temporal.
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const [stack, spec] = await Promise.all([startStack(place, folder), publish(place, story.registry), deployProduct(place, story.documents, tell)]);
  const eyes = await openEyes(stack.address);
  try {
    await stack.startWorker();
    const before = await fingerprint(place, 'default', false);
    const { removed, ...bare } = await measureBare(place, tell);
    const first = await migrate(story, { stack, eyes }, { spec, before, kill: true, beside: removed });
    const rollbackSeconds = await takeBack(story, stack);
    // Not beside the next plan, which refuses claims that a pod of it keeps.
    await sourceIsAsBefore(story, before);
    const second = await migrate(story, { stack, eyes }, { spec, before });
    await finalize(story, { stack, eyes });
    const result = summary({ first, second, before, rollbackSeconds, bare });
    writeFileSync(join(folder, 'report.json'), `${JSON.stringify(result, null, 2)}\n`);
    const answers = [...first.answers, ...second.answers];
    if (answers.length) throw new Error(`the product answered while users were held out: ${answers[0]}`);
    // A bar of the benchmark, not of a test: a busy machine is no reason to call the code broken.
    for (const missed of missedPromises({ ...bare, ...second, answers })) tell(`missed: ${missed}`);
    return result;
  } finally {
    await eyes.close();
    await stack.stop();
  }
}

export interface Asked {
  readonly spec: string;
  /** What the data must be afterwards. */
  readonly before: Fingerprint;
  /** Kill the worker in the middle of a copy. */
  readonly kill?: true;
  /** Goes on while the plan is made, which only looks; the run waits for it. */
  readonly beside?: Promise<void>;
}

/** One migration, with a prober at the door and, if so wanted, the worker killed on the way. Keeps the run's history in the story's folder. */
export async function migrate({ tell, folder }: Story, { stack, eyes }: Scene, { spec, before, kill, beside }: Asked): Promise<Migration> {
  const { place } = stack;
  const [{ stdout }] = await Promise.all([rehelm(place, ['plan', '-f', spec, '-o', 'json']), beside]);
  const started = Date.now();
  const { hash } = JSON.parse(stdout);
  tell(`planned: ${hash}`);
  const probing = probe(await proxyAddress(place, 'default'));
  await rehelm(place, ['run', '-f', spec, '--approve', 'start', '--plan', hash, '--detach']);
  if (kill) await killDuringCopy(stack, eyes, tell);
  const gate = await eyes.reaches(['AwaitingApproval'], 900);
  tell(`ready behind closed doors; the gate ${gate.gate} waits`);
  await rehelm(place, ['approve', runId, '--gate', 'commit', '--plan', hash, '--reason', 'the story looked at it']);
  const address = await proxyAddress(place, 'cognigy-ai');
  probing.add(address);
  const report = await eyes.reaches(['Succeeded'], 300);
  await soon('an answer of the target', 60, async () => (probing.answered(address) ? true : undefined));
  const downtimeSeconds = await probing.stop();
  tell(`migrated; users were out for ${downtimeSeconds.toFixed(1)} s`);
  const after = await fingerprint(place, 'cognigy-ai', true);
  const found = differences(before, after, true);
  if (found.length) throw new Error(`the target's data differs:\n${found.join('\n')}`);
  const times = await saveHistory(place, runId, join(folder, kill ? 'history-with-kill.json' : 'history.json'));
  const answers = answersWhileHeld(probing.samples, report);
  return { report, downtimeSeconds, times, answers, seconds: (Date.now() - started) / 1000, workerKills: kill ? 1 : 0, differences: found };
}

/** A kill counts only while bytes are on their way: between 5 and 95 % of the copy. */
export async function killDuringCopy(stack: Pick<Stack, 'killWorker' | 'startWorker'>, eyes: Eyes, tell: (line: string) => void): Promise<void> {
  const share = await soon(
    'a copy to be between 5 and 95 %',
    600,
    async () => {
      const shares = (await eyes.copies()).map(({ bytes, totalBytes }) => bytes / totalBytes);
      return shares.find((each) => each > 0.05 && each < 0.95);
    },
    50,
  );
  await stack.killWorker();
  tell(`worker killed at ${Math.round(share * 100)} % of a copy`);
  await stack.startWorker();
}

async function takeBack({ tell }: Story, { place }: Stack): Promise<number> {
  const started = Date.now();
  await rehelm(place, ['rollback', runId, '--reason', 'the story goes back', '--accept-data-loss', '--wait', '10m']);
  const seconds = (Date.now() - started) / 1000;
  await kubectl(place, ['wait', '-n', 'default', 'deployment', '--all', '--for=condition=Available', '--timeout=180s']);
  tell(`rolled back in ${seconds.toFixed(1)} s; the source serves`);
  return seconds;
}

async function sourceIsAsBefore({ place, tell }: Story, before: Fingerprint): Promise<void> {
  const found = differences(before, await fingerprint(place, 'default', false), false);
  if (found.length) throw new Error(`the source's data differs after the rollback:\n${found.join('\n')}`);
  tell('the source has its data as it was');
}

async function finalize({ tell }: Story, { stack: { place }, eyes }: Scene): Promise<void> {
  const { stdout: id } = await rehelm(place, ['finalize', runId, '--early', '--detach', '--reason', 'the story ends']);
  const { plan = '' } = await eyes.reaches(['AwaitingApproval'], 120, id.trim());
  await rehelm(place, ['approve', id.trim(), '--gate', 'start', '--plan', plan, '--reason', 'the list was looked at']);
  await eyes.reaches(['Finalized'], 300, id.trim());
  const { stdout } = await kubectl(place, ['get', 'deployment', '-n', 'default', '-o', 'name']);
  if (stdout.trim()) throw new Error(`left of the source: ${stdout}`);
  tell('finalized');
}

interface Told {
  readonly first: Migration;
  readonly second: Migration;
  readonly before: Fingerprint;
  readonly rollbackSeconds: number;
  readonly bare: Bare;
}

function summary({ first, second, before, rollbackSeconds, bare }: Told) {
  return {
    ...runFigures(second.report, second.times),
    downtimeSeconds: second.downtimeSeconds,
    downtimeWithKillSeconds: first.downtimeSeconds,
    ...bare,
    rollbackSeconds,
    answersWhileHeld: first.answers.length + second.answers.length,
    workerKills: first.workerKills,
    bytesCopiedTwice: copiedTwice(first.report),
    // Both migrations and the rollback between them were compared with the beginning; any difference has ended the story.
    parity: { ...sizeOf(before), equal: [...first.differences, ...second.differences].length === 0 },
  };
}

export const copiedTwice = ({ steps }: Report): number =>
  steps
    .filter(({ step }) => step === 'copyDatabase')
    .reduce(
      (sum, { result }) => sum + (typeof result === 'object' && result !== null && 'bytesCopiedTwice' in result ? Number(result.bytesCopiedTwice) : 0),
      0,
    );
