import { parseCron } from '../model/schedule/cron.js';
import { dueTimes } from '../model/schedule/due-times.js';
import type { ScheduledRun } from '../model/schedule/scheduled-run.js';
import type { ScheduleMemo } from './schedule-memo.js';
import type { Gap } from './schedules.js';

/** Temporal tells that many of the last runs: before the oldest of them nobody knows. */
const mostTold = 10;
const mostShown = 20;
const day = 86_400_000;
const farthest = 92 * day;
/** A run that is due now is about to be told. */
const patience = 60_000;

/** Times at which a run was due and none was, latest first: paused, skipped, missed, or refused. */
export function gapsOf({ cron, timeZone, jitterSeconds, createdAt }: ScheduleMemo, runs: readonly ScheduledRun[], now: number): readonly Gap[] {
  const read = parseCron(cron);
  if (typeof read === 'string') return [];
  const told = runs.map(({ scheduledAt }) => Date.parse(scheduledAt));
  const from = Math.max(Date.parse(createdAt), now - farthest, ...(runs.length >= mostTold ? [Math.min(...told)] : []));
  const late = jitterSeconds * 1000 + 1000;
  const due = [...new Set(dueTimes({ cron: read, timeZone }, from, now - patience - late).map(({ at }) => at))];
  const without = due.filter((at) => !told.some((each) => each >= at && each <= at + late));
  const refused = runs.flatMap(({ verdict, scheduledAt, why }) => (verdict === 'notRun' ? [{ at: scheduledAt, why: why ?? 'not run' }] : []));
  const gaps = [...without.map((at) => ({ at: new Date(at).toISOString(), why: 'no run was started' })), ...refused];
  return gaps.toSorted((left, right) => (left.at < right.at ? 1 : -1)).slice(0, mostShown);
}
