import { weekdays as days } from './cron.js';
import { dayMilliseconds, instantsOf, isTimeZone, localAt } from './zoned-time.js';

/** When something may be done: on these days, from a time of day until another, which may be of the next day. */
export interface Window {
  /** As its user wrote it. */
  readonly text: string;
  /** From 0, which is Sunday; of an opening. */
  readonly weekdays: readonly number[];
  /** Minutes after midnight. */
  readonly from: number;
  /** As long as it is open by the clock on the wall, in minutes, at most a day. */
  readonly minutes: number;
  readonly timeZone: string;
}

/** Once open; milliseconds since 1970. */
export interface Opening {
  readonly opensAt: number;
  readonly closesAt: number;
}

const form = /^(?:([A-Za-z,-]+) +)?(\d\d):([0-5]\d)-(\d\d):([0-5]\d) +(\S+)$/;
const perDay = 24 * 60;
/** A window is open that much sooner: the clocks of whoever starts a run and of whoever looks may differ. */
const skewMilliseconds = 5000;

/** `Sun 03:00-05:00 Europe/Berlin`, `Mon-Thu,Sat 22:00-02:00 UTC`; without days every day. A string says what is wrong. */
export function parseWindow(text: string): Window | string {
  const [, named, ...rest] = form.exec(text.trim()) ?? [];
  const [hour, minute, toHour, toMinute, timeZone = ''] = rest;
  if (hour === undefined) return 'expected days, times and a time zone, such as Sun 03:00-05:00 Europe/Berlin';
  const [from, to] = [Number(hour) * 60 + Number(minute), Number(toHour) * 60 + Number(toMinute)];
  if (from >= perDay || to > perDay) return 'expected times of day from 00:00 to 24:00';
  if (!isTimeZone(timeZone)) return `${timeZone} is no time zone: expected a name such as Europe/Berlin`;
  const weekdays = weekdaysOf(named);
  if (!weekdays) return `${named} are no days: expected such as Sun, Mon-Fri or Tue,Thu`;
  return { text: text.trim(), weekdays, from, minutes: to > from ? to - from : to - from + perDay, timeZone };
}

function weekdaysOf(text: string | undefined): readonly number[] | undefined {
  if (text === undefined) return days.map((_, index) => index);
  const found = text.split(',').map((part) => {
    const [first = -1, last = first, ...more] = part.split('-').map((name) => days.indexOf(name.toUpperCase()));
    if (first < 0 || last < 0 || more.length > 0) return undefined;
    return Array.from({ length: ((last - first + 7) % 7) + 1 }, (_, index) => (first + index) % 7);
  });
  return found.includes(undefined) ? undefined : [...new Set(found.flatMap((each) => each ?? []))].sort();
}

/** The one that is open at that time; else the next one. */
export function openingAt(window: Window, at: number): Opening {
  const today = Math.floor(localAt(window.timeZone, at) / dayMilliseconds) * dayMilliseconds;
  // Yesterday's may still be open; after eight days every day of the week was looked at, whatever clocks are changed.
  for (let day = -1; day <= 8; day++) {
    const midnight = today + day * dayMilliseconds;
    if (!window.weekdays.includes(new Date(midnight).getUTCDay())) continue;
    const opensAt = instantAt(window.timeZone, midnight + window.from * 60_000);
    const closesAt = instantAt(window.timeZone, midnight + (window.from + window.minutes) * 60_000);
    if (closesAt > at) return { opensAt, closesAt };
  }
  return { opensAt: Number.POSITIVE_INFINITY, closesAt: Number.POSITIVE_INFINITY };
}

/** A time that a clock change drops is the one an hour later by the wall; of a doubled one the first counts, so that nothing lasts longer than it may. */
const instantAt = (timeZone: string, local: number): number => instantsOf(timeZone, local)[0] ?? instantsOf(timeZone, local + 3_600_000)[0] ?? local;

const iso = (at: number): string => new Date(at).toISOString().slice(0, 16).replace('T', ' ');

/** Why what may take so long must not begin now; undefined where it fits. */
export function whyNotNow(window: Window, seconds: number, now: number): string | undefined {
  const { opensAt, closesAt } = openingAt(window, now);
  if (opensAt > now + skewMilliseconds) return `outside its window ${window.text}: it opens at ${iso(opensAt)} UTC`;
  const left = Math.floor((closesAt - now) / 1000);
  return left < seconds ? `its window ${window.text} closes at ${iso(closesAt)} UTC, in ${left} s; it may take ${seconds} s` : undefined;
}
