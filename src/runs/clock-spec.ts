import { type CalendarSpec, DAYS_OF_WEEK, MONTHS, type ScheduleSpec } from '@temporalio/client';
import type { Clock, Due } from '../model/schedule/due-times.js';
import { dueTimes } from '../model/schedule/due-times.js';

/** An interval this long comes due once in a schedule's life. Longer than the time since 1970 it would not: Temporal counts the first as passed. */
const once = 20 * 365 * 86_400_000;
const year = 366 * 86_400_000;

/**
 * When it fires, as Temporal takes it. What Temporal makes of a clock change differs: it leaves out a time that is dropped, and one that is doubled fires
 * at the first, at the second or at both. So these are taken out by their date, and come back as one instant each.
 */
export function clockSpec(clock: Clock, text: string, now: number, jitterSeconds: number): ScheduleSpec {
  const due = dueTimes(clock, now, now + year);
  const doubled = due.filter(({ change }) => change === 'doubled');
  const dropped = due.filter(({ at, change }) => change === 'dropped' && due.every((other) => other.change !== undefined || other.at !== at));
  // What is taken out is a whole second on the clock's face, so the instant that comes back stands beside it.
  const instants = [...dropped.map(({ at }) => at), ...doubled.map(({ at }) => at + 1000)];
  return {
    calendars: [calendarOf(clock, text)],
    ...(doubled.length > 0 && { skip: doubled.map(dateOf) }),
    ...(instants.length > 0 && { intervals: instants.map((at) => ({ every: once, offset: at % once })) }),
    timezone: clock.timeZone,
    ...(jitterSeconds > 0 && { jitter: jitterSeconds * 1000 }),
  };
}

function calendarOf({ cron }: Clock, text: string): CalendarSpec {
  const some = <T>(numbers: readonly number[], of: number, named: (number: number) => T): T[] | '*' => (numbers.length === of ? '*' : numbers.map(named));
  const plain = (number: number) => number;
  return {
    comment: text,
    minute: some(cron.minutes, 60, plain),
    hour: some(cron.hours, 24, plain),
    dayOfMonth: some(cron.days, 31, plain),
    month: some(cron.months, 12, (month) => MONTHS[month - 1]!),
    dayOfWeek: some(cron.weekdays, 7, (day) => DAYS_OF_WEEK[day]!),
  };
}

function dateOf({ local }: Due): CalendarSpec {
  const [year = 0, month = 1, dayOfMonth = 1, hour = 0, minute = 0] = local.split(/\D/).map(Number);
  return { year, month: MONTHS[month - 1]!, dayOfMonth, hour, minute, comment: `${local} comes twice` };
}
