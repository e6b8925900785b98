import { kubectl } from '../story/tools.js';
import { aboutAFailure, approve, asked, atCommit, begin, decide, mustSay, type PeopleCase, pause, reachesStep, type Scene, takeBack } from './scene.js';

const claim = 'flow-modules';

const deleteClaim = async ({ place, tell }: Scene, namespace: string): Promise<void> => {
  await kubectl(place, ['delete', 'pvc', '-n', namespace, claim, '--wait=false']);
  tell(`  somebody deleted claim ${namespace}/${claim}`);
};

/** The chart would make it anew, empty, and the product would come up without its files. */
async function ofTheTarget(scene: Scene) {
  await begin(scene);
  await reachesStep(scene, `volume/${claim}`, ['done']);
  const paused = await pause(scene);
  await deleteClaim(scene, 'cognigy-ai');
  await decide(scene, paused, 'resume');
  const { text } = await asked(scene, { isIt: aboutAFailure });
  const said = mustSay(text, /cognigy-ai\/flow-modules/, /deleted/);
  await takeBack(scene);
  return { said };
}

/** In use, it only goes with its last pod: the product runs until somebody restarts it, long after users were let in. */
async function ofTheTargetInUse(scene: Scene) {
  await begin(scene);
  await atCommit(scene);
  await deleteClaim(scene, 'cognigy-ai');
  await approve(scene);
  const { text } = await asked(scene, { committing: true });
  const said = mustSay(text, /cognigy-ai\/flow-modules/, /deleted/);
  await takeBack(scene);
  return { said };
}

async function ofTheSource(scene: Scene) {
  await begin(scene);
  await reachesStep(scene, 'stop/Deployment/redis');
  const paused = await pause(scene);
  await deleteClaim(scene, 'default');
  await decide(scene, paused, 'resume');
  const { text } = await asked(scene, { isIt: aboutAFailure });
  const said = mustSay(text, /default\/flow-modules/, /deleted/);
  await takeBack(scene);
  return { said };
}

export const deletedClaims: readonly PeopleCase[] = [
  { name: "the target's claim is deleted after its volume was handed over", end: 'RolledBack', play: ofTheTarget },
  { name: "the target's claim is deleted while the commit waits and its pods use it", end: 'RolledBack', play: ofTheTargetInUse },
  { name: "the source's claim is deleted before its volume is handed over", end: 'RolledBack', play: ofTheSource },
];
