import { openingAt, parseWindow, type Window, whyNotNow } from '../../../src/model/schedule/window.js';

function read(text: string): Window {
  const window = parseWindow(text);
  if (typeof window === 'string') throw new Error(window);
  return window;
}

const at = (text: string) => Date.parse(text);
const opening = (text: string, when: string) => {
  const { opensAt, closesAt } = openingAt(read(text), at(when));
  return [new Date(opensAt).toISOString(), new Date(closesAt).toISOString()];
};
const why = (text: string, seconds: number, when: string) => whyNotNow(read(text), seconds, at(when));

describe('a window', () => {
  test.each([
    ['Sun 03:00-05:00 Europe/Berlin', { weekdays: [0], from: 180, minutes: 120, timeZone: 'Europe/Berlin' }],
    ['Mon-Thu,Sat 22:00-02:00 UTC', { weekdays: [1, 2, 3, 4, 6], from: 1320, minutes: 240, timeZone: 'UTC' }],
    ['fri-mon 00:00-24:00 UTC', { weekdays: [0, 1, 5, 6], from: 0, minutes: 1440, timeZone: 'UTC' }],
    ['04:00-06:30 America/New_York', { weekdays: [0, 1, 2, 3, 4, 5, 6], from: 240, minutes: 150, timeZone: 'America/New_York' }],
  ])('%s is read', (text, window) => expect(parseWindow(text)).toEqual({ text, ...window }));

  test.each([
    ['Sun 03:00-05:00', 'expected days, times and a time zone'],
    ['Sun 3-5 Europe/Berlin', 'expected days, times and a time zone'],
    ['Sun 25:00-26:00 UTC', 'expected times of day from 00:00 to 24:00'],
    ['Sun 03:00-05:00 CET', 'CET is no time zone'],
    ['Someday 03:00-05:00 UTC', 'Someday are no days'],
    ['Mon-Tue-Wed 03:00-05:00 UTC', 'Mon-Tue-Wed are no days'],
  ])('%s is refused, and why', (text, message) => expect(parseWindow(text)).toContain(message));

  test('is open on its days by the clock on the wall, in summer as in winter', () => {
    expect(opening('Sun 03:00-05:00 Europe/Berlin', '2027-01-03T02:30:00Z')).toEqual(['2027-01-03T02:00:00.000Z', '2027-01-03T04:00:00.000Z']);
    expect(opening('Sun 03:00-05:00 Europe/Berlin', '2027-07-04T02:30:00Z')).toEqual(['2027-07-04T01:00:00.000Z', '2027-07-04T03:00:00.000Z']);
    expect(opening('Sun 03:00-05:00 Europe/Berlin', '2027-01-03T04:00:00Z')).toEqual(['2027-01-10T02:00:00.000Z', '2027-01-10T04:00:00.000Z']);
  });

  test('of the day before may still be open after midnight', () => {
    expect(opening('Sat 22:00-02:00 UTC', '2027-01-03T01:00:00Z')).toEqual(['2027-01-02T22:00:00.000Z', '2027-01-03T02:00:00.000Z']);
    expect(opening('Sun 22:00-02:00 UTC', '2027-01-03T01:00:00Z')).toEqual(['2027-01-03T22:00:00.000Z', '2027-01-04T02:00:00.000Z']);
  });

  test('opens an hour later where a clock change drops its hour, and closes at the first of two', () => {
    expect(opening('Sun 02:30-04:00 Europe/Berlin', '2027-03-28T00:00:00Z')).toEqual(['2027-03-28T01:30:00.000Z', '2027-03-28T02:00:00.000Z']);
    expect(opening('Sun 01:00-02:30 Europe/Berlin', '2027-10-30T23:30:00Z')).toEqual(['2027-10-30T23:00:00.000Z', '2027-10-31T00:30:00.000Z']);
  });
});

describe('what takes 30 minutes', () => {
  const window = 'Sun 03:00-05:00 UTC';
  test.each([
    ['2027-01-03T03:00:00Z', undefined],
    ['2027-01-03T02:59:56Z', undefined],
    ['2027-01-03T04:30:00Z', undefined],
    ['2027-01-03T02:59:00Z', `outside its window ${window}: it opens at 2027-01-03 03:00 UTC`],
    ['2027-01-03T05:00:00Z', `outside its window ${window}: it opens at 2027-01-10 03:00 UTC`],
    ['2027-01-03T04:30:01Z', `its window ${window} closes at 2027-01-03 05:00 UTC, in 1799 s; it may take 1800 s`],
  ])('at %s: %s', (when, expected) => expect(why(window, 1800, when)).toBe(expected));
});
