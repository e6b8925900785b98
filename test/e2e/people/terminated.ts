import { rehelm } from '../story/tools.js';
import { runId } from '../story/watch.js';
import { begin, mustSay, type PeopleCase, reachesStep, takeBack, temporal } from './scene.js';

/** By Terminate nobody is told: what happened is in the journal, and every command must lead to it. */
const terminate: PeopleCase['play'] = async (scene) => {
  const { place, eyes } = scene;
  await begin(scene);
  await reachesStep(scene, 'install');
  const { run } = (await eyes.report()) ?? {};
  await temporal(scene, ['workflow', 'terminate', '--workflow-id', runId, '--reason', 'somebody pressed Terminate']);
  const status = await rehelm(place, ['status', runId]);
  mustSay(status.stdout, /terminated/i, new RegExp(`rehelm rollback.*${run}`));
  const again = await rehelm(place, ['run', '-f', scene.spec, '--wait', '5m'], { mayFail: true });
  const refusal = mustSay(again.stderr, new RegExp(`${run}`), /rehelm rollback/);
  if (again.exitCode !== 3) throw new Error(`a new run ended with ${again.exitCode}, not 3`);
  const { stdout: listed } = await rehelm(place, ['status']);
  mustSay(listed, /terminated/i);
  // By the workflow's id: the newest run of that id is now the refused one, which touched nothing.
  await takeBack(scene);
  return { said: refusal.split('\n').slice(-4).join('\n'), ...(run !== undefined && { run }) };
};

export const terminated: readonly PeopleCase[] = [
  { name: 'Terminate while helm installs, a new run is refused, then a rollback', end: 'RolledBack', play: terminate },
];
