import type { Cron } from './cron.js';
import { dayMilliseconds, instantsOf, offsetAt } from './zoned-time.js';

export interface Clock {
  readonly cron: Cron;
  /** `Europe/Berlin` */
  readonly timeZone: string;
}

export interface Due {
  /** `2027-03-28 02:30` */
  readonly local: string;
  /** When it fires, as milliseconds. */
  readonly at: number;
  /** A clock change drops this time, or shows it twice. */
  readonly change?: 'dropped' | 'doubled';
}

/**
 * When it is due after `from` and up to `until`, in order. A time that is doubled is its first; one that is dropped comes as long after midnight as it
 * would on any other day.
 */
export function dueTimes(clock: Clock, from: number, until: number): readonly Due[] {
  const first = Math.floor(from / dayMilliseconds) - 1;
  const days = Array.from({ length: Math.max(0, Math.ceil(until / dayMilliseconds) + 2 - first) }, (_, index) => (first + index) * dayMilliseconds);
  return days
    .filter((day) => isOn(clock.cron, new Date(day)))
    .flatMap((day) => dueOn(clock, day))
    .filter(({ at }) => at > from && at <= until)
    .sort((left, right) => left.at - right.at);
}

const isOn = ({ days, months, weekdays }: Cron, day: Date): boolean =>
  months.includes(day.getUTCMonth() + 1) && days.includes(day.getUTCDate()) && weekdays.includes(day.getUTCDay());

function dueOn({ cron, timeZone }: Clock, day: number): readonly Due[] {
  const before = offsetAt(timeZone, day - dayMilliseconds);
  const isPlain = before === offsetAt(timeZone, day + 2 * dayMilliseconds);
  const locals = cron.hours.flatMap((hour) => cron.minutes.map((minute) => day + (hour * 60 + minute) * 60_000));
  return locals.map((local) => (isPlain ? { local: shown(local), at: local - before } : dueAt(timeZone, local, before)));
}

function dueAt(timeZone: string, local: number, before: number): Due {
  const instants = instantsOf(timeZone, local);
  const [at = local - before] = instants;
  return { local: shown(local), at, ...(instants.length !== 1 && { change: instants.length === 0 ? ('dropped' as const) : ('doubled' as const) }) };
}

const shown = (local: number): string => new Date(local).toISOString().slice(0, 16).replace('T', ' ');
