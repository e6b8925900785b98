import { type Place, rehelm } from '../story/tools.js';
import { playUpgrade } from '../story/upgrade-course.js';
import { example, helm, release } from './product.js';
import { scene, untilServedBy } from './scene.js';
import { workflowId, writeSpec } from './spec.js';

/** Keys that the new chart silently no longer reads stop the plan, by name. */
async function expectUnread(place: Place, specFile: string): Promise<void> {
  const { exitCode, stdout, stderr } = await rehelm(place, ['plan', '-f', specFile], { mayFail: true });
  const missing = ['redis.password', 'postgresql.persistence'].filter((key) => !`${stdout}${stderr}`.includes(`does not read ${key}`));
  if (exitCode === 0 || missing.length > 0) throw new Error(`the plan takes values that nobody reads (${missing.join(', ')}):\n${stdout}${stderr}`);
}

await playUpgrade({
  scene,
  workflowId,
  // Of 11 there are no programs that an upgrade in place needs.
  sizesOf: (mode) => ({ postgres: mode === 'upgradeInPlace' ? 16 : 11 }),
  newRelease: 'live-agent-4.44.0',
  writeSpec,
  untilServed: untilServedBy,
  upgradeByHand: (place) => helm(place, ['upgrade', release, `${example}/charts/live-agent-4.43`, '--reuse-values', '--set', 'app.replica=1']),
  async tryBefore(place, registry, folder, tell) {
    await expectUnread(place, writeSpec(registry, folder, 'dump', 'live-agent-4.44'));
    tell("the guide's own list of keys is refused: two are missing in it");
  },
});
