import { precopy } from '../../src/plans/precopy.js';
import { servers } from '../support/fake-precopier.js';

const databases = [
  { from: 'shop', to: 'store', size: { bytes: 5e9 } },
  { from: 'stock', to: 'stock' },
];
const wish = { ...servers, databases, slotLimitBytes: 1000, withinSeconds: 3600 } as const;
const ids = (steps: readonly { readonly id: string }[]) => steps.map(({ id }) => id);
const [before, after] = [precopy({ ...wish, prove: 'before' }), precopy({ ...wish, prove: 'after' })];

test('a copy ahead comes before the window; in it writers of all databases go out first, then what is left arrives', () => {
  expect(ids(after.ahead)).toEqual(['precopy/store', 'precopy/stock']);
  expect(ids(after.ready)).toEqual(['ready/store', 'ready/stock']);
  expect(ids(after.cutover)).toEqual(['fence', 'drain/store', 'drain/stock']);
  expect(after.cutover[0]?.input).toEqual({ server: servers.source, databases: ['shop', 'stock'] });
});

test('users wait for the proof where that is wished, and it is the same proof', () => {
  expect(ids(before.cutover)).toEqual(['fence', 'drain/store', 'drain/stock', 'verify/store', 'verify/stock']);
  expect(before.afterwards).toEqual([]);
  expect(before.cutover.slice(3)).toEqual(after.afterwards);
});

test('what goes on with the work of an earlier step names it, with the same limits', () => {
  expect(after.ready[0]?.input).toEqual({ ...(after.ahead[0]?.input as object), precopyStep: 'precopy/store' });
  expect(after.afterwards[1]?.input).toMatchObject({ from: 'stock', to: 'stock', drainStep: 'drain/stock' });
});

test('what moves or reads data of a known size says how long that may take', () => {
  const estimates = [...before.ahead, ...before.cutover].map(({ estimate }) => estimate?.seconds);
  expect(estimates).toEqual([208, undefined, undefined, undefined, undefined, 74, undefined]);
});
