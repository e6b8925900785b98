import type { Plan, Problem } from '../../model/plan.js';
import { type Window, whyNotNow } from '../../model/schedule/window.js';

interface Course {
  readonly window?: Window;
  readonly withinSeconds: number;
}

/** Why the drill must not begin now: it is outside its window, or all its courses one after the other may last beyond its end. */
export function checkWindow({ phases }: Pick<Plan, 'phases'>, now: number): readonly Problem[] {
  const courses = phases.flatMap(({ steps }) => steps).flatMap(({ step, input }) => (step === 'driveDrill' ? [input as Course] : []));
  const window = courses[0]?.window;
  if (!window) return [];
  const why = whyNotNow(
    window,
    courses.reduce((sum, { withinSeconds }) => sum + withinSeconds, 0),
    now,
  );
  return why === undefined ? [] : [{ check: 'window', message: why }];
}
