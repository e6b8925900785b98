/** The local times at which something is due: every combination of these. */
export interface Cron {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly days: readonly number[];
  /** From 1. */
  readonly months: readonly number[];
  /** From 0, which is Sunday. */
  readonly weekdays: readonly number[];
}

interface Field {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  /** The first stands for `from`. */
  readonly words?: readonly string[];
}

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
/** From 0, as cron counts them. */
export const weekdays = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

const minute: Field = { name: 'minute', from: 0, to: 59 };
const hour: Field = { name: 'hour', from: 0, to: 23 };
const day: Field = { name: 'day of the month', from: 1, to: 31 };
const month: Field = { name: 'month', from: 1, to: 12, words: months };
/** 7 is Sunday, too. */
const weekday: Field = { name: 'day of the week', from: 0, to: 7, words: weekdays };
const fields = [minute, hour, day, month, weekday];

/** Five fields, as crontab(5) has them. A string says what is wrong. */
export function parseCron(text: string): Cron | string {
  const parts = text.trim().split(/\s+/);
  if (parts.length !== fields.length) return `expected five fields, ${fields.map(({ name }) => name).join(', ')}; it has ${parts.length}`;
  const read: (readonly number[])[] = [];
  for (const [index, field] of fields.entries()) {
    const numbers = numbersOf(field, parts[index] ?? '');
    if (typeof numbers === 'string') return numbers;
    read.push(numbers);
  }
  // Some crons run when either fits, others when both do.
  if (parts[2] !== '*' && parts[4] !== '*') return 'name the days by their dates or by their weekdays, not by both: crons do not agree what that means';
  const [minutes = [], hours = [], days = [], inMonths = [], onWeekdays = []] = read;
  if (!inMonths.some((each) => Math.min(...days) <= longest(each))) return 'no month that it names has such a day';
  return { minutes, hours, days, months: inMonths, weekdays: [...new Set(onWeekdays.map((each) => each % 7))].sort() };
}

const longest = (ofMonth: number): number => new Date(Date.UTC(2024, ofMonth, 0)).getUTCDate();

function numbersOf(field: Field, text: string): readonly number[] | string {
  const numbers = new Set<number>();
  for (const part of text.split(',')) {
    const range = rangeOf(field, part);
    if (typeof range === 'string') return range;
    for (const each of range) numbers.add(each);
  }
  return [...numbers].sort((left, right) => left - right);
}

/** `*`, `7`, `MON-FRI`, and `/2` behind them. */
function rangeOf(field: Field, text: string): readonly number[] | string {
  const { name, from, to, words } = field;
  const objection = `${name}: ${text} is none of ${from}-${to}${words ? ` or ${words[0]}-${words.at(-1)}` : ''}, *, a range, a list or a step`;
  const [, range = '', step = '1'] = /^(\*|\w+(?:-\w+)?)(?:\/(\d+))?$/.exec(text) ?? [];
  const [first, last = text.includes('/') ? to : first] =
    range === '*' ? [from, field === weekday ? 6 : to] : range.split('-').map((each) => numberOf(field, each));
  const every = Number(step);
  if (first === undefined || last === undefined || first > last || every < 1) return objection;
  return Array.from({ length: Math.floor((last - first) / every) + 1 }, (_, index) => first + index * every);
}

function numberOf({ from, to, words = [] }: Field, text: string): number | undefined {
  const word = words.indexOf(text.toUpperCase());
  const number = word < 0 ? (/^\d{1,2}$/.test(text) ? Number(text) : Number.NaN) : word + from;
  return number >= from && number <= to ? number : undefined;
}
