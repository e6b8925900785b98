import { pathOf } from '../runs/run-id.js';
import type { Schedule } from '../runs/schedules.js';

/** The same fields with an id for URLs. */
export function shownSchedule<S extends Schedule>({ id: scheduleId, ...schedule }: S) {
  return { ...schedule, scheduleId, ...scheduleAt(scheduleId) };
}

export function scheduleAt(scheduleId: string): { readonly id: string; readonly href: string } {
  const id = pathOf(scheduleId);
  return { id, href: `/v1/schedules/${encodeURIComponent(id)}` };
}
