import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { execa } from 'execa';
import { example, helm, namespace, readRelease, release } from '../keycloak-ha/product.js';
import { scene } from '../keycloak-ha/scene.js';
import { untilUsersFound } from '../keycloak-ha/serves.js';
import { workflowId, writeSpec } from '../keycloak-ha/spec.js';
import type { ProductState } from '../keycloak-ha/state.js';
import { onStage } from '../story/on-stage.js';
import { pushCharts, type Registry } from '../story/registry.js';
import { atGate, begin, expectEqual, untilWorker } from '../story/steer.js';
import { type Place, rehelm, soon } from '../story/tools.js';
import type { Eyes } from '../story/watch.js';
import { type FaultyChart, failingHook, fixedField, missingImage, writeChart } from './charts.js';

interface Traps {
  readonly place: Place;
  readonly registry: Registry;
  readonly eyes: Eyes;
  readonly folder: string;
  readonly before: ProductState;
}

/** Where one trap was met, and what was said there. */
interface Met {
  readonly trap: string;
  readonly said: string;
}

function expectWords(said: string, ...words: readonly RegExp[]): void {
  const missing = words.filter((word) => !word.test(said));
  if (missing.length > 0) throw new Error(`"${said}" does not say ${missing.join(', ')}`);
}

/** The example's spec for a faulty chart, pushed; nobody waits long for what never gets ready. */
async function specFor({ place, registry, folder }: Traps, chart: FaultyChart): Promise<string> {
  await pushCharts(place, registry, [writeChart(folder, chart)]);
  const spec = JSON.parse(readFileSync(writeSpec(registry, folder), 'utf8'));
  const file = join(folder, `spec-${chart.version}.json`);
  writeFileSync(file, JSON.stringify({ ...spec, target: { ...spec.target, version: chart.version, readyWithin: '60s' } }));
  return file;
}

/** Everything is as before the run. */
async function expectBack({ place, before }: Traps): Promise<void> {
  await untilUsersFound(place);
  const now = await scene.readState(place, before);
  expectEqual('what users miss', scene.dataDifferences(before, now), []);
  expectEqual('release', now.release, before.release);
}

async function turnBack(traps: Traps): Promise<void> {
  await rehelm(traps.place, ['rollback', workflowId, '--reason', 'a trap', '--wait', '15m']);
  await expectBack(traps);
}

/** Runs until it asks, and is taken back then. */
async function untilAsked(traps: Traps, chart: FaultyChart): Promise<string> {
  await begin(traps.place, await specFor(traps, chart));
  const said = await soon('a question', 900, async () => (await traps.eyes.report(workflowId))?.question?.text);
  await turnBack(traps);
  return said;
}

/** Somebody's helm dies in its upgrade, and leaves the release locked. */
async function foreignPending(traps: Traps): Promise<Met> {
  const { place, registry, folder } = traps;
  const args = ['upgrade', release, `${example}/charts/sso-1`, '--namespace', namespace, '--reuse-values', '--set', 'keycloak.replicas=1', '--wait'];
  const theirs = execa(place.env['REHELM_HELM']!, args, { cwd: place.checkout, env: place.env, reject: false });
  await soon('a pending upgrade', 60, async () => ((await readRelease(place))?.status === 'pending-upgrade' ? true : undefined), 20);
  theirs.kill('SIGKILL');
  await theirs;
  const { exitCode, stdout, stderr } = await rehelm(place, ['plan', '-f', writeSpec(registry, folder)], { mayFail: true });
  const said = `${stdout}${stderr}`.split('\n').find((line) => line.includes('pending-upgrade')) ?? `${exitCode}: ${stderr}`;
  expectWords(said, /release iam\/sso is pending-upgrade in revision 2: make it deployed first, by helm rollback or upgrade/);
  await helm(place, ['rollback', release, '1', '--wait', '--timeout', '5m']);
  return { trap: 'a helm of somebody else died in its upgrade', said: said.trim() };
}

async function hookFails(traps: Traps): Promise<Met> {
  const said = await untilAsked(traps, failingHook);
  expectWords(said, /sso-check/, /schema 12 is too old/);
  return { trap: 'a hook of the new chart fails', said };
}

async function fixedFieldChanges(traps: Traps): Promise<Met> {
  await begin(traps.place, await specFor(traps, fixedField));
  await atGate(traps.eyes, workflowId, 'commit');
  const { stdout } = await helm(traps.place, ['status', release, '-o', 'json']);
  await turnBack(traps);
  return { trap: 'a field of a StatefulSet changes that cannot be changed', said: `release ${JSON.parse(stdout).info.status}` };
}

async function imageIsMissing(traps: Traps): Promise<Met> {
  const said = await untilAsked(traps, missingImage);
  expectWords(said, /sso-keycloak/, /lab\.local\/sso:9\.9\.9|ImagePull/);
  return { trap: 'pods of the new chart never get ready', said };
}

const main = ({ lab, out }: { readonly lab: string; readonly out: string }): Promise<void> =>
  onStage(lab, out, async ({ stack, registry, eyes, folder, tell }) => {
    const { place } = stack;
    await scene.deploy(place, registry, { gib: 0.02, seed: 1 }, tell);
    await stack.startWorker();
    await untilWorker(place);
    const met: Met[] = [];
    for (const trap of [foreignPending, hookFails, fixedFieldChanges, imageIsMissing]) {
      const each = await trap({ place, registry, eyes, folder, before: await scene.readState(place) });
      met.push(each);
      tell(`${each.trap}: ${each.said}`);
    }
    writeFileSync(`${folder}.json`, `${JSON.stringify(met, null, 2)}\n`);
  });

await new Command('helm-traps')
  .description("Meets helm's own traps on a running lab: each is named, and each run is taken back to where it began")
  .requiredOption('--lab <name>')
  .option('--out <folder>', 'logs; what was met is written beside it, as <folder>.json', 'out/e2e/helm-traps')
  .action(main)
  .parseAsync();
