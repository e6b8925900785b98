import { parseCron } from '../../../src/model/schedule/cron.js';

const all = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

test.each([
  ['0 3 * * SUN', { minutes: [0], hours: [3], days: all(1, 31), months: all(1, 12), weekdays: [0] }],
  ['*/20 8-18/5 1,15 JAN-mar *', { minutes: [0, 20, 40], hours: [8, 13, 18], days: [1, 15], months: [1, 2, 3], weekdays: all(0, 6) }],
  ['5 4 * * 5-7', { minutes: [5], hours: [4], days: all(1, 31), months: all(1, 12), weekdays: [0, 5, 6] }],
  ['50/5 0 29 2 *', { minutes: [50, 55], hours: [0], days: [29], months: [2], weekdays: all(0, 6) }],
])('%s is read as crontab(5) has it', (text, cron) => expect(parseCron(text)).toEqual(cron));

test.each([
  ['@daily', /five fields/],
  ['0 3 * *', /it has 4/],
  ['60 3 * * *', /minute: 60/],
  ['0 24 * * *', /hour: 24/],
  ['0 5-3 * * *', /hour: 5-3/],
  ['*/0 3 * * *', /minute: \*\/0/],
  ['0 3 0 * *', /day of the month: 0/],
  ['0 3 * * SUNDAY', /day of the week: SUNDAY is none of 0-7 or SUN-SAT/],
  ['0 3 1, * *', /day of the month: {2}/],
  ['0 3 30 2 *', /no month/],
  ['0 3 1 * MON', /not by both/],
])('%s is refused with what is wrong', (text, why) => expect(parseCron(text)).toMatch(why));
