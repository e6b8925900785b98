import { jest } from '@jest/globals';
import { type Reader, RunFeeds, type Told } from '../../src/api/run-feeds.js';
import type { RunEvent } from '../../src/model/run-event.js';

const event = (position: number): RunEvent => ({ position, at: '2026-01-01T00:00:00.000Z', type: 'phase', phase: 'Running' });
const upTo = (last: number, after = 0): Told => ({
  events: Array.from({ length: Math.max(0, last - after) }, (_, index) => event(after + index + 1)),
  last,
  open: true,
});

/** Writes down what it is told. */
function reader() {
  const told: (number | string)[] = [];
  const tell: Reader = {
    tell: (events) => void told.push(...events.map(({ position }) => position)),
    end: () => void told.push('end'),
    cut: () => void told.push('cut'),
    reset: () => void told.push('reset'),
    away: (asOf) => void told.push(`away ${asOf ?? 'from the beginning'}`),
  };
  return { told, tell };
}

beforeEach(() => void jest.useFakeTimers({ now: Date.parse('2026-01-01T00:00:00.000Z') }));
afterEach(() => void jest.useRealTimers());
const pass = (milliseconds: number) => jest.advanceTimersByTimeAsync(milliseconds);

test('however many follow a run, it is looked at once, and all are told the same', async () => {
  let looks = 0;
  const feeds = new RunFeeds(async (_run, after) => upTo(++looks, after));
  const readers = Array.from({ length: 200 }, reader);
  for (const { tell } of readers) feeds.follow('run', 0, tell);
  await pass(1600);
  expect(looks).toBe(4);
  for (const { told } of readers) expect(told).toEqual([1, 2, 3, 4]);
  feeds.close();
});

test('while nobody answers readers are told so once, with the time of what they know; then they miss nothing', async () => {
  let isAway = false;
  const feeds = new RunFeeds(async (_run, after) => (isAway ? Promise.reject(new Error('no worker')) : upTo(3, after)));
  const [early, late] = [reader(), reader()];
  feeds.follow('run', 0, early.tell);
  await pass(10);
  isAway = true;
  await pass(3000);
  feeds.follow('run', 2, late.tell);
  expect(feeds.known('run', 1)).toEqual({ ...upTo(3, 1), asOf: '2026-01-01T00:00:00.000Z' });
  isAway = false;
  await pass(1000);
  expect(early.told).toEqual([1, 2, 3, 'away 2026-01-01T00:00:00.000Z']);
  expect(late.told).toEqual([3, 'away 2026-01-01T00:00:00.000Z']);
  feeds.close();
});

test('who knows more than this replica has looked at goes on; who knows more than the run begins anew', async () => {
  let last = 3;
  const feeds = new RunFeeds(async (_run, after) => upTo(last, after));
  const [first, ahead, lost] = [reader(), reader(), reader()];
  feeds.follow('run', 0, first.tell);
  await pass(10);
  last = 5;
  feeds.follow('run', 5, ahead.tell);
  feeds.follow('run', 99, lost.tell);
  await pass(600);
  last = 6;
  await pass(500);
  expect(ahead.told).toEqual([6]);
  expect(lost.told).toEqual(['reset', 1, 2, 3, 4, 5, 6]);
  feeds.close();
});

test('a run that a Reset took back is told anew from where it is', async () => {
  let last = 5;
  const feeds = new RunFeeds(async (_run, after) => upTo(last, after));
  const { told, tell } = reader();
  feeds.follow('run', 0, tell);
  await pass(10);
  last = 2;
  await pass(1100);
  last = 3;
  await pass(500);
  expect(told).toEqual([1, 2, 3, 4, 5, 'reset', 1, 2, 3]);
  feeds.close();
  expect(told.at(-1)).toBe('cut');
});
