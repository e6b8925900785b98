import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fingerprint } from '../../../examples/cognigy/seed/fingerprint.js';
import type { Report } from '../../../src/model/report.js';
import { deployProduct, differences, fingerprint, proxyAddress, publish } from './product.js';
import { type Stack, startStack } from './stack.js';
import { kubectl, type Place, rehelm, soon } from './tools.js';
import { copySeen, probe, reaches, runId } from './watch.js';

export interface Story {
  readonly place: Place;
  readonly registry: { readonly host: string; readonly user: string; readonly password: string };
  readonly documents: number;
  /** Logs and reports. */
  readonly folder: string;
  readonly tell: (line: string) => void;
}

interface Migration {
  readonly report: Report;
  readonly downtimeSeconds: number;
  readonly seconds: number;
  readonly workerKills: number;
  readonly parity: { readonly documents: number; readonly differences: readonly string[] };
}

/** The whole main job on real Kubernetes: migrated with the worker killed meanwhile, taken back, migrated again, finalized. Throws where anything is not as promised. */
export async function kustomizeToHelmStory(story: Story) {
  const { place, tell, folder } = story;
  mkdirSync(folder, { recursive: true });
  await deployProduct(place, story.documents, tell);
  const spec = await publish(place, story.registry);
  const stack = await startStack(place, folder);
  try {
    await stack.startWorker();
    const before = await fingerprint(place, 'default', false);
    const first = await migrate(story, stack, spec, before, true);
    const rollbackSeconds = await takeBack(story, stack, before);
    const second = await migrate(story, stack, spec, before, false);
    await finalize(story, stack);
    const result = summary(first, second, rollbackSeconds);
    writeFileSync(join(folder, 'report.json'), `${JSON.stringify(result, null, 2)}\n`);
    return result;
  } finally {
    await stack.stop();
  }
}

async function migrate({ tell }: Story, { place, ...stack }: Stack, spec: string, before: Fingerprint, kill: boolean): Promise<Migration> {
  const started = Date.now();
  const { stdout } = await rehelm(place, ['plan', '-f', spec, '-o', 'json']);
  const { hash } = JSON.parse(stdout);
  tell(`planned: ${hash}`);
  const probing = probe(await proxyAddress(place, 'default'));
  await rehelm(place, ['run', '-f', spec, '--approve', 'start', '--plan', hash, '--detach']);
  if (kill) await killDuringCopy(place, stack, tell);
  const gate = await reaches(place, ['AwaitingApproval'], 600);
  tell(`ready behind closed doors; the gate ${gate.gate} waits`);
  await rehelm(place, ['approve', runId, '--gate', 'commit', '--plan', hash, '--reason', 'the story looked at it']);
  probing.add(await proxyAddress(place, 'cognigy-ai'));
  const report = await reaches(place, ['Succeeded'], 300);
  await soon('an answer of the target', 60, async () => (probing.samples.at(-1)?.ok ? true : undefined));
  const downtimeSeconds = await probing.stop();
  tell(`migrated; users were out for ${downtimeSeconds.toFixed(1)} s`);
  const after = await fingerprint(place, 'cognigy-ai', true);
  const parity = { documents: documentsOf(report), differences: differences(before, after, true) };
  if (parity.differences.length) throw new Error(`the target's data differs:\n${parity.differences.join('\n')}`);
  return { report, downtimeSeconds, seconds: (Date.now() - started) / 1000, workerKills: kill ? 1 : 0, parity };
}

const documentsOf = ({ steps }: Report): number =>
  steps
    .filter(({ step }) => step === 'verifyDatabase')
    .reduce((sum, { result }) => sum + (typeof result === 'object' && result !== null && 'documents' in result ? Number(result.documents) : 0), 0);

/** A kill counts only while bytes are on their way: between 5 and 95 % of the copy. */
async function killDuringCopy(place: Place, stack: Omit<Stack, 'place'>, tell: (line: string) => void): Promise<void> {
  const share = await soon(
    'the copy to be under way',
    300,
    async () => {
      const seen = await copySeen(place);
      const done = seen && seen.totalBytes > 0 ? seen.bytes / seen.totalBytes : 0;
      return done > 0.05 && done < 0.95 ? done : undefined;
    },
    50,
  );
  await stack.killWorker();
  tell(`worker killed at ${Math.round(share * 100)} % of the copy`);
  await stack.startWorker();
}

async function takeBack({ tell }: Story, { place }: Stack, before: Fingerprint): Promise<number> {
  const started = Date.now();
  await rehelm(place, ['rollback', runId, '--reason', 'the story goes back', '--accept-data-loss', '--wait', '10m']);
  const seconds = (Date.now() - started) / 1000;
  await kubectl(place, ['wait', '-n', 'default', 'deployment', '--all', '--for=condition=Available', '--timeout=180s']);
  const after = await fingerprint(place, 'default', false);
  const found = differences(before, after, false);
  if (found.length) throw new Error(`the source's data differs after the rollback:\n${found.join('\n')}`);
  tell(`rolled back in ${seconds.toFixed(1)} s; the source serves with its data`);
  return seconds;
}

async function finalize({ tell }: Story, { place }: Stack): Promise<void> {
  await rehelm(place, ['finalize', runId, '--early', '--yes', '--reason', 'the story ends', '--wait', '10m']);
  const { stdout } = await kubectl(place, ['get', 'deployment', '-n', 'default', '-o', 'name']);
  if (stdout.trim()) throw new Error(`left of the source: ${stdout}`);
  tell('finalized');
}

function summary(first: Migration, second: Migration, rollbackSeconds: number) {
  const { phases, steps, decisions } = second.report;
  return {
    phases,
    steps: steps.map(({ result, ...step }) => step),
    decisions,
    downtimeSeconds: second.downtimeSeconds,
    downtimeWithKillSeconds: first.downtimeSeconds,
    rollbackSeconds,
    workerKills: first.workerKills,
    bytesCopiedTwice: copiedTwice(first.report),
    parity: { documents: second.parity.documents, equal: second.parity.differences.length === 0 && first.parity.differences.length === 0 },
  };
}

const copiedTwice = ({ steps }: Report): number =>
  steps
    .filter(({ step }) => step === 'copyDatabase')
    .reduce(
      (sum, { result }) => sum + (typeof result === 'object' && result !== null && 'bytesCopiedTwice' in result ? Number(result.bytesCopiedTwice) : 0),
      0,
    );
