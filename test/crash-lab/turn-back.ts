import { setTimeout as sleep } from 'node:timers/promises';
import { soon } from '../e2e/story/tools.js';
import type { Point } from './points.js';
import type { Scene } from './scene.js';
import { missesBeginning } from './state.js';
import { expectPhase, NotAsBefore, named, refuse, type Suite } from './suite.js';

/** The answer to a heartbeat brings a cancel to the worker, once a second. */
const cancelMilliseconds = 2500;
const questionSeconds = 300;
const pointSeconds = 600;

/** The step has done all, and then fails or is cancelled: the run goes back, and the world is what it was. */
export async function turnBack({ scene, specs, beginning }: Suite, point: Point): Promise<void> {
  const { striker } = scene;
  const isAsked = point.row === 'cancel' || point.step.phase === 'open';
  striker.arm([point]);
  await scene.run(isAsked ? specs.attended : specs.unattended);
  if (point.row === 'cancel') await cancelAtPoint(scene);
  if (isAsked) await answerWithRollback(scene);
  await expectPhase(scene, scene.runId, 'RolledBack');
  striker.log.clear();
  if (!striker.struck.includes(point)) throw new NotAsBefore('the run went back before it came to the point');
  refuse(named('after the rollback', await missesBeginning(scene, beginning)));
}

async function cancelAtPoint({ runId, striker, cancel, report }: Scene): Promise<void> {
  await soon(
    'the step to be at its end',
    pointSeconds,
    async () => {
      if (striker.held.length > 0) return true;
      const { question, endedAt, phase, cause } = (await report(runId)) ?? {};
      if (question || endedAt) throw new NotAsBefore(`the run did not come to the point, it is ${phase}: ${question?.text ?? cause}`);
      return undefined;
    },
    1000,
  );
  await cancel();
  await sleep(cancelMilliseconds);
  striker.release();
}

async function answerWithRollback({ runId, report, rollBack }: Scene): Promise<void> {
  await soon('a question', questionSeconds, async () => ((await report(runId))?.question ? true : undefined), 500);
  await rollBack();
}
