import type { Act } from '../model/act.js';
import type { CourseInput } from '../model/failover-drill.js';
import type { Adapters } from './adapters.js';
import { courseName } from './drill/drill-manifests.js';
import { endDriver, removeCourse } from './drill/remove-course.js';

/** At the end of a course: the fault is taken back by then, and the report is in the run's store. */
export function cleanDrill({ kube }: Pick<Adapters, 'kube'>) {
  return {
    async checkCleanDrill(_: CourseInput): Promise<readonly string[]> {
      return [];
    },

    async captureCleanDrill(_: CourseInput): Promise<null> {
      return null;
    },

    /** Removes driver, guard, hands, Secret and rights. Safe to repeat. */
    async cleanDrill({ profile, target }: CourseInput, act: Act): Promise<void> {
      const name = courseName(act.run, profile);
      await endDriver(kube, name, act);
      await removeCourse(kube, name, target.namespace, act);
    },

    /** Nothing depends on what a finished course had. */
    async undoCleanDrill(_: null, _act: Act): Promise<void> {},
  };
}
