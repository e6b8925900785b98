import type { Mark } from '../../../src/model/drill.js';
import { rehelm, sleep } from '../story/tools.js';
import { followCourse } from './follow-course.js';
import { installTarget, removeTarget, waitUntilWhole } from './install-target.js';
import { runDrill } from './run-drill.js';
import type { Scene } from './scene.js';
import { exerciseOf } from './spec.js';
import { targets } from './targets.js';

const stateless = targets.stateless;
const phases: readonly Mark[] = ['steady', 'injecting', 'faulted', 'reverting', 'reverted', 'closed'];

/** The worker is killed in each phase of a power cut, and another one comes: the fault is taken back, and the report is there. */
export async function killWorkers(scene: Scene): Promise<void> {
  const { place, stack, out, tell } = scene;
  await installTarget(place, stateless);
  const done: object[] = [];
  for (const phase of ['preparing', ...phases] as const) {
    await waitUntilWhole(place, stateless);
    const exercise = exerciseOf({ target: 'stateless', fault: 'nodeOff', profile: 'asConfigured' }, { name: `worker-killed-${phase}`, lastsSeconds: 25 });
    const running = runDrill(place, exercise, out);
    const killing = (async () => {
      if (phase === 'preparing') await sleep(1500);
      else {
        const course = await followCourse(place);
        await course.reaches(phase, 180);
        course.close();
      }
      await stack.killWorker();
      await sleep(2000);
      await stack.startWorker();
    })();
    const [{ run, result }] = await Promise.all([running, killing]);
    const told = await rehelm(place, ['report', run], { mayFail: true });
    const outcome = { phase, verdict: result.verdict, diffAfter: result.diffAfter, report: told.exitCode === 0 && told.stdout.includes(run) };
    tell(JSON.stringify({ ...outcome, reasons: result.reasons }));
    // A worker that starts takes the machine of this lab: the generator may be late, and says so.
    if (!outcome.report || outcome.diffAfter.length > 0 || outcome.verdict === 'red')
      scene.miss(`worker killed at ${phase}: ${JSON.stringify(result.reasons)}`);
    done.push(outcome);
    scene.keep('workerKills', done);
  }
  await removeTarget(place, stateless);
}
