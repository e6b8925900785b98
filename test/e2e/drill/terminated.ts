import { kubectl, rehelm, run } from '../story/tools.js';
import { followCourse } from './follow-course.js';
import { installTarget, removeTarget, waitUntilWhole } from './install-target.js';
import { untilNodesAreOn } from './lab-power.js';
import { runDrill, runIn, startDrill, workflowOf } from './run-drill.js';
import type { Scene } from './scene.js';
import { exerciseOf } from './spec.js';
import { targets } from './targets.js';

const stateless = targets.stateless;
const exercise = exerciseOf({ target: 'stateless', fault: 'nodeOff', profile: 'asConfigured' }, { name: 'terminated', lastsSeconds: 10 });
const next = exerciseOf({ target: 'stateless', fault: 'podDelete', profile: 'asConfigured' }, { name: 'after-terminated' });

/** Somebody presses Terminate while a node is off: the driver goes on and takes it back, no other drill may begin, and a rollback cleans up. */
export async function terminateInFault(scene: Scene): Promise<void> {
  const { place, stack, power, out, tell } = scene;
  await installTarget(place, stateless);
  const running = startDrill(place, exercise, out);
  const course = await followCourse(place);
  await course.reaches('faulted', 120);
  await run(place, place.env['REHELM_TEMPORAL']!, [
    'workflow',
    'terminate',
    '--workflow-id',
    workflowOf(exercise),
    '--reason',
    'Terminate',
    '--address',
    stack.address,
  ]);
  const terminatedAt = Date.now();
  const said = await running;
  await untilNodesAreOn(power);
  const revertedSeconds = (Date.now() - terminatedAt) / 1000;
  await waitUntilWhole(place, stateless);
  const refusal = await startDrill(place, next, out);
  const terminatedRun = runIn(said) ?? '';
  const nextRefused = refusal.includes(terminatedRun) && /rehelm rollback/.test(refusal);
  const back = await rehelm(place, ['rollback', terminatedRun, '--reason', 'it was terminated'], { mayFail: true });
  const left = (await kubectl(place, ['get', 'pods,jobs', '-n', 'rehelm-system', '-l', 'rehelm.dev/drill', '-o', 'name'])).stdout;
  const { result } = await runDrill(place, next, out);
  const outcome = { revertedSeconds, nextRefused, rolledBack: back.exitCode === 0, left, afterwards: result.verdict };
  tell(JSON.stringify({ ...outcome, reasons: result.reasons }));
  if (!nextRefused || left !== '' || result.verdict !== 'green') scene.miss(`terminated: ${JSON.stringify(outcome)} ${refusal} ${back.stderr}`);
  scene.keep('terminated', outcome);
  await removeTarget(place, stateless);
}
