import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Mark } from '../../../src/model/drill.js';
import { kubectl, rehelm, sleep, soon } from '../story/tools.js';
import { containerProcesses } from './container-processes.js';
import { followCourse } from './follow-course.js';
import { installTarget, removeTarget, waitUntilWhole } from './install-target.js';
import { untilNodesAreOn } from './lab-power.js';
import { runDrill } from './run-drill.js';
import type { Scene } from './scene.js';
import { exerciseOf } from './spec.js';
import { targets } from './targets.js';

const stateless = targets.stateless;
const moments: readonly { readonly at: string; readonly mark: Mark; readonly laterSeconds?: number }[] = [
  { at: 'steady', mark: 'steady' },
  { at: 'injecting', mark: 'injecting' },
  { at: 'faulted', mark: 'faulted' },
  { at: 'faulted for 5 s', mark: 'faulted', laterSeconds: 5 },
  { at: 'reverting', mark: 'reverting' },
  { at: 'reverted', mark: 'reverted' },
];

/** Temporal, the worker and the driver are killed at once: the guard alone takes the power cut back and writes the report. */
export async function killDrivers(scene: Scene): Promise<void> {
  const { place, stack, out, power, tell } = scene;
  await installTarget(place, stateless);
  const done: object[] = [];
  for (const { at, mark, laterSeconds = 0 } of moments) {
    await waitUntilWhole(place, stateless);
    const name = `driver-killed-${at.replaceAll(' ', '-')}`;
    const running = runDrill(place, exerciseOf({ target: 'stateless', fault: 'nodeOff', profile: 'asConfigured' }, { name, lastsSeconds: 30 }), out);
    const killing = (async () => {
      const course = await followCourse(place);
      await course.reaches(mark, 180);
      await sleep(laterSeconds * 1000);
      await stack.killTemporal();
      await stack.killWorker();
      const killedAt = Date.now();
      // Deleting it alone would have it told, and it would take its fault back itself.
      for (const pid of await containerProcesses(place, 'rehelm-system', course.pod)) process.kill(pid, 'SIGKILL');
      await kubectl(place, ['delete', 'pod', '-n', 'rehelm-system', course.pod, '--force', '--grace-period=0']);
      course.close();
      await untilNodesAreOn(power);
      const revertedSeconds = (Date.now() - killedAt) / 1000;
      await guardSaysResult(scene);
      await stack.startTemporal();
      await stack.startWorker();
      return revertedSeconds;
    })();
    const [{ result }, revertedSeconds] = await Promise.all([running, killing]);
    const outcome = { killed: 'Temporal, worker, driver', at, revertedSeconds, verdict: result.verdict };
    tell(JSON.stringify({ ...outcome, reasons: result.reasons }));
    if (outcome.verdict !== 'inconclusive') scene.miss(`driver killed at ${at}: ${outcome.verdict}`);
    done.push(outcome);
    scene.keep('deadMan', done);
  }
  await removeTarget(place, stateless);
}

/** Nobody but the guard is there to write it. */
async function guardSaysResult({ place }: Scene): Promise<void> {
  const logs = ['logs', '-n', 'rehelm-system', '-l', 'rehelm.dev/role=guard', '--tail=5'];
  await soon(
    'the report of the guard',
    240,
    async () => ((await kubectl(place, logs, { mayFail: true })).stdout.includes('"result"') ? true : undefined),
    1000,
  );
}

/** Temporal forgets everything: the report is still to be had, and says the same. */
export async function emptyTemporal(scene: Scene): Promise<void> {
  const { place, stack, out, tell } = scene;
  await installTarget(place, stateless);
  const { run, result } = await runDrill(
    place,
    exerciseOf({ target: 'stateless', fault: 'podDelete', profile: 'asConfigured' }, { name: 'temporal-emptied' }),
    out,
  );
  const before = await rehelm(place, ['report', run, '-o', 'json']);
  await stack.killTemporal();
  await stack.killWorker();
  await stack.startTemporal({ emptied: true });
  await stack.startWorker();
  const after = await soon('the report', 60, async () => {
    const told = await rehelm(place, ['report', run, '-o', 'json'], { mayFail: true });
    return told.exitCode === 0 ? told : undefined;
  });
  const verified = await rehelm(place, ['report', 'verify', run], { mayFail: true });
  const outcome = {
    verdict: result.verdict,
    reportKept: after.exitCode === 0 && after.stdout.includes(`"${result.verdict}"`),
    same: after.stdout === before.stdout,
    verified: verified.exitCode === 0,
  };
  tell(JSON.stringify(outcome));
  for (const [when, { stdout }] of [
    ['before', before],
    ['after', after],
  ] as const)
    writeFileSync(join(out, `temporal-emptied-${when}.json`), stdout);
  if (!outcome.reportKept || !outcome.same || !outcome.verified) scene.miss(`Temporal emptied: ${after.stderr || verified.stderr || verified.stdout}`);
  scene.keep('emptied', outcome);
  await removeTarget(place, stateless);
}
