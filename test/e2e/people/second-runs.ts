import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { rehelm, soon } from '../story/tools.js';
import { begin, finish, mustSay, type PeopleCase, reachesStep, type Scene, temporal } from './scene.js';

/** For the UI values travel in the spec: nobody reads a file there. */
function inlineSpec({ place, spec }: Scene): string {
  const written = parse(readFileSync(spec, 'utf8'));
  const inline = parse(readFileSync(join(place.checkout, 'examples/cognigy/values_prod.yaml'), 'utf8'));
  const path = join(dirname(spec), 'spec.inline.json');
  writeFileSync(path, JSON.stringify({ ...written, target: { ...written.target, values: { inline } } }));
  return path;
}

async function startByTemporal(scene: Scene, id: string): Promise<string> {
  const start = ['workflow', 'start', '--workflow-id', id, '--type', 'kustomizeToHelm', '--task-queue', 'rehelm', '--input-file', inlineSpec(scene)];
  await temporal(scene, start);
  return soon(`${id} to be refused`, 300, async () => {
    const { stdout } = await temporal(scene, ['workflow', 'describe', '--workflow-id', id, '-o', 'json']);
    if (/"status":\s*"WORKFLOW_EXECUTION_STATUS_RUNNING"/i.test(stdout)) return undefined;
    return (await temporal(scene, ['workflow', 'show', '--workflow-id', id])).stdout;
  });
}

const second: PeopleCase['play'] = async (scene) => {
  const { place, eyes } = scene;
  await begin(scene);
  await reachesStep(scene, 'stop/Deployment/redis');
  const { run } = (await eyes.report()) ?? {};
  const same = await rehelm(place, ['run', '-f', scene.spec], { mayFail: true });
  const said = mustSay(same.stderr, /already runs/, /rehelm status migrate\/cognigy-ai\/cognigy-ai/);
  if (same.exitCode !== 1) throw new Error(`a second run of the same id ended with ${same.exitCode}, not 1`);
  const other = await rehelm(place, ['run', '-f', scene.spec, '--id', 'a-second-one', '--wait', '5m'], { mayFail: true });
  const refused = mustSay(other.stderr, new RegExp(`${run}`), /migrate\/cognigy-ai\/cognigy-ai/);
  if (other.exitCode !== 3) throw new Error(`a second run of another id ended with ${other.exitCode}, not 3: ${other.stderr}`);
  const byUi = await startByTemporal(scene, 'a-third-one');
  mustSay(byUi, /Status\s+FAILED/, /held by run/, new RegExp(`${run}`));
  await finish(scene);
  return { said: `${said}\n${refused.split('\n').find((line) => line.includes(`${run}`)) ?? refused}` };
};

export const secondRuns: readonly PeopleCase[] = [
  { name: 'a second run of the release, by the same id, by another, and from the UI', end: 'Succeeded', play: second },
];
