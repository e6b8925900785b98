import { isCreated } from '../adapters/kube/is-created.js';
import type { Act } from '../model/act.js';
import type { CourseInput } from '../model/failover-drill.js';
import type { Adapters } from './adapters.js';
import { podOf, readDrillLog } from './drill/drill-log.js';
import { courseName, requestSecret, rights } from './drill/drill-manifests.js';
import { drillRequest } from './drill/drill-request.js';
import { removeCourse } from './drill/remove-course.js';
import { asProblems } from './objects/as-problems.js';
import { until } from './objects/until.js';

export interface PrepareDrillUndo {
  readonly name: string;
  readonly target: string;
}

const revertedWithinSeconds = 900;

/** What driver, guard and hands are told and may do. The driver makes the guard itself, once it knows which node will fail. */
export function prepareDrill({ kube, settings }: Pick<Adapters, 'kube' | 'settings'>) {
  return {
    /** Every Secret that is named can be read. */
    async checkPrepareDrill(input: CourseInput, act: Act): Promise<readonly string[]> {
      return asProblems(async () => {
        await drillRequest(kube, input, act, settings.drillImage);
        return [];
      });
    },

    /** Names what the undo removes. Changes nothing. */
    async capturePrepareDrill({ profile, target }: CourseInput, act: Act): Promise<PrepareDrillUndo> {
      return { name: courseName(act.run, profile), target: target.namespace };
    },

    /** Makes what is missing. The request of a first attempt stays: its token is shared. */
    async prepareDrill(input: CourseInput, act: Act): Promise<void> {
      const request = await drillRequest(kube, input, act, settings.drillImage);
      const writer = kube.writeAs(act);
      for (const object of [...rights(request.name, input.target.namespace, input), requestSecret(request)]) await isCreated(writer.create(object));
    },

    /** Waits until the guard has nothing to take back any more, then removes all that the course had. Safe to repeat, and safe where there is no guard. */
    async undoPrepareDrill({ name, target }: PrepareDrillUndo, act: Act): Promise<void> {
      await until(revertedWithinSeconds, `the guard ${name}-guard to take the fault back`, async () => {
        const { guard, noise } = await readDrillLog(kube, await podOf(kube, name, 'guard'));
        return guard === 'armed' || guard === 'reverting' ? { notYet: noise.at(-1) ?? `it is ${guard}` } : 'yes';
      });
      await removeCourse(kube, name, target, act);
    },
  };
}
