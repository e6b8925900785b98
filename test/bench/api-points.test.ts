import { type ApiPoint, growthOf, missedBars, p99, table } from '../../bench/api/points.js';

const good: ApiPoint = {
  ...{ viewers: 1, listP99Ms: 150, eventP99Ms: 1000, lostEvents: 0, temporalCallsPerSecond: 10, rssGrowthMiB: -3, cpuPercent: 20, stolenPercent: 0 },
  ...{ lists: 3000, events: 130, failures: 0, reconnects: 0 },
};

test('the p99 is the value that one of a hundred is above', () => {
  expect(p99(Array.from({ length: 100 }, (_, index) => index + 1))).toBe(99);
  expect(p99([7])).toBe(7);
  expect(p99([])).toBeNaN();
});

test('memory grows where its floor rises, not where a collection is due', () => {
  expect(growthOf([100, 160, 110, 170, 105, 180])).toBe(5);
  expect(growthOf([100, 160, 110, 170, 150, 180])).toBe(50);
  expect(growthOf([100, 160])).toBeNaN();
});

test('what is at its bar meets it', () => {
  expect(missedBars([good, { ...good, viewers: 50, temporalCallsPerSecond: 8.4 }])).toEqual([]);
});

test.each<[keyof ApiPoint, number, RegExp]>([
  ['listP99Ms', 150.1, /listP99Ms is 150.1/],
  ['listP99Ms', Number.NaN, /listP99Ms is NaN/],
  ['eventP99Ms', 1001, /eventP99Ms/],
  ['lostEvents', 1, /lostEvents/],
  ['temporalCallsPerSecond', 10.1, /temporalCallsPerSecond/],
  ['rssGrowthMiB', 33, /rssGrowthMiB/],
  ['failures', 2, /2 lists were not answered/],
  ['events', 0, /nothing was measured/],
  ['lists', 0, /nothing was measured/],
])('%s of %d misses', (name, value, words) => {
  const missed = missedBars([good, { ...good, viewers: 50, [name]: value }]);
  expect(missed).toEqual([expect.stringMatching(words)]);
  expect(table([good], missed, [0, 0, 0])).toContain('MISSES');
});

test('more calls for more readers miss, though there are few', () => {
  expect(
    missedBars([
      { ...good, temporalCallsPerSecond: 5 },
      { ...good, temporalCallsPerSecond: 6.1 },
    ]),
  ).toEqual([expect.stringContaining('22 %')]);
});
