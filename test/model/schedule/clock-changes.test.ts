import { clockChanges } from '../../../src/model/schedule/clock-changes.js';
import { parseCron } from '../../../src/model/schedule/cron.js';
import { dueTimes } from '../../../src/model/schedule/due-times.js';
import { isTimeZone } from '../../../src/model/schedule/zoned-time.js';

function clock(text: string, timeZone: string) {
  const cron = parseCron(text);
  if (typeof cron === 'string') throw new Error(cron);
  return { cron, timeZone };
}

const changes = (text: string, timeZone: string) => clockChanges(clock(text, timeZone), Date.parse('2026-11-22T00:00:00Z'), Date.parse('2027-11-22T00:00:00Z'));
const due = (text: string, timeZone: string, from: string, until: string) =>
  dueTimes(clock(text, timeZone), Date.parse(from), Date.parse(until)).map(({ at }) => new Date(at).toISOString().slice(0, 16));

test('a year of Berlin drops one night’s time in spring and doubles one in autumn', () =>
  expect(changes('30 2 * * *', 'Europe/Berlin')).toEqual([
    { local: '2027-03-28 02:30', change: 'dropped', firesAt: '2027-03-28T01:30:00.000Z' },
    { local: '2027-10-31 02:30', change: 'doubled', firesAt: '2027-10-31T00:30:00.000Z' },
  ]));

test('a year of New York does so at other times of other nights', () => {
  expect(changes('30 2 * * *', 'America/New_York')).toEqual([{ local: '2027-03-14 02:30', change: 'dropped', firesAt: '2027-03-14T07:30:00.000Z' }]);
  expect(changes('30 1 * * *', 'America/New_York')).toEqual([{ local: '2027-11-07 01:30', change: 'doubled', firesAt: '2027-11-07T05:30:00.000Z' }]);
});

test.each([
  ['0 3 * * *', 'Europe/Berlin'],
  ['30 2 * * MON-SAT', 'Europe/Berlin'],
  ['30 2 * * *', 'UTC'],
  ['30 2 * * *', 'Asia/Tokyo'],
])('%s in %s meets no change', (text, timeZone) => expect(changes(text, timeZone)).toEqual([]));

test('the hour that begins with a change is dropped from its first minute, and the one after it is not', () => {
  expect(changes('0 2 * * *', 'Europe/Berlin')[0]).toMatchObject({ local: '2027-03-28 02:00', change: 'dropped', firesAt: '2027-03-28T01:00:00.000Z' });
  expect(changes('59 1 * * *', 'Europe/Berlin')).toEqual([]);
});

test('a zone that changes at midnight or by half an hour is read as it is', () => {
  expect(changes('30 0 * * *', 'Africa/Cairo').map(({ local, change }) => `${local} ${change}`)).toEqual(['2027-04-30 00:30 dropped']);
  expect(changes('45 1 * * *', 'Australia/Lord_Howe').map(({ local, change }) => `${local} ${change}`)).toEqual(['2027-04-04 01:45 doubled']);
});

test('times keep the clock’s face through the seasons', () =>
  expect(due('0 3 * * SUN', 'Europe/Berlin', '2027-03-20T00:00:00Z', '2027-04-05T00:00:00Z')).toEqual([
    '2027-03-21T02:00',
    '2027-03-28T01:00',
    '2027-04-04T01:00',
  ]));

test('what is due at the beginning is over, and what is due at the end is not', () =>
  expect(due('0 3 * * *', 'UTC', '2027-01-01T03:00:00Z', '2027-01-03T03:00:00Z')).toEqual(['2027-01-02T03:00', '2027-01-03T03:00']));

test.each([
  ['Europe/Berlin', true],
  ['America/Argentina/Buenos_Aires', true],
  ['UTC', true],
  ['+02:00', false],
  ['CET', false],
  ['europe/berlin', false],
  ['Europe/Atlantis', false],
])('%s is a time zone by its name: %s', (name, is) => expect(isTimeZone(name)).toBe(is));
