import type { Schedules } from '../../src/runs/schedules.js';

/** For what asks of no schedule. */
export const noSchedules = (): Schedules => {
  throw new Error('nobody asks for schedules here');
};
