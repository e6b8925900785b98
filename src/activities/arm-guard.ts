import { isFailure } from '../errors.js';
import { type Act, systemNamespace } from '../model/act.js';
import type { CourseInput } from '../model/failover-drill.js';
import type { KubeObject, Pod } from '../model/kube-object.js';
import type { Adapters } from './adapters.js';
import { asProblems } from './copier/database-problems.js';
import { podOf, readDrillLog } from './drill/drill-log.js';
import { courseName, guardPod, requestSecret, rights } from './drill/drill-manifests.js';
import { drillRequest } from './drill/drill-request.js';
import { removeCourse } from './drill/remove-course.js';
import { shortReasons } from './objects/pod-reasons.js';
import { until } from './objects/until.js';

export interface ArmGuardUndo {
  readonly name: string;
  readonly target: string;
}

const readyWithinSeconds = 180;
const revertedWithinSeconds = 900;

/** The guard stands before anything fails: its pod, its rights, its Secret. What it takes back it is told by the driver. */
export function armGuard({ kube, settings }: Pick<Adapters, 'kube' | 'settings'>) {
  async function create(object: KubeObject, act: Act): Promise<void> {
    await kube
      .writeAs(act)
      .create(object)
      .catch((error: unknown) => {
        if (!isFailure(error, 'AlreadyExists')) throw error;
      });
  }

  return {
    /** Every Secret that is named can be read. */
    async checkArmGuard(input: CourseInput, act: Act): Promise<readonly string[]> {
      return asProblems(async () => {
        await drillRequest(kube, input, act, settings.drillImage);
        return [];
      });
    },

    async captureArmGuard({ profile, target }: CourseInput, act: Act): Promise<ArmGuardUndo> {
      return { name: courseName(act.run, profile), target: target.namespace };
    },

    /** Makes what is missing of it and waits until the guard listens. The request of a first attempt stays: its token is shared. */
    async armGuard(input: CourseInput, act: Act): Promise<{ readonly node: string }> {
      const request = await drillRequest(kube, input, act, settings.drillImage);
      for (const object of rights(request.name, input.target.namespace)) await create(object, act);
      await create(requestSecret(request), act);
      await create(guardPod(request, input, act), act);
      let node = '';
      await until(readyWithinSeconds, `the guard ${request.name}-guard`, async () => {
        const pod = await kube.get<Pod>({ apiVersion: 'v1', kind: 'Pod', namespace: systemNamespace, name: `${request.name}-guard` });
        node = pod?.spec.nodeName ?? '';
        const listens = (await readDrillLog(kube, pod)).guard !== undefined;
        return listens ? 'yes' : { notYet: shortReasons(pod ? [pod] : []).join('; ') || 'its start' };
      });
      return { node };
    },

    /** Waits until the guard has nothing to take back any more, then removes it with all that it had. Safe to repeat. */
    async undoArmGuard({ name, target }: ArmGuardUndo, act: Act): Promise<void> {
      await until(revertedWithinSeconds, `the guard ${name}-guard to take the fault back`, async () => {
        const { guard, noise } = await readDrillLog(kube, await podOf(kube, name, 'guard'));
        return guard === 'armed' || guard === 'reverting' ? { notYet: noise.at(-1) ?? `it is ${guard}` } : 'yes';
      });
      await removeCourse(kube, name, target, act);
    },
  };
}
