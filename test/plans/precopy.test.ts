import { precopy } from '../../src/plans/precopy.js';
import { servers } from '../support/fake-precopier.js';

const wish = { id: 'shop', ...servers, from: 'shop', to: 'store', slotLimitBytes: 1000, withinSeconds: 3600 } as const;
const kinds = (steps: readonly { readonly step: string }[]) => steps.map(({ step }) => step);

test('a copy ahead comes before the window; in it writers go out first, then what is left arrives', () => {
  const { ahead, cutover, afterwards } = precopy({ ...wish, prove: 'after' });
  expect(kinds(ahead)).toEqual(['precopyDatabase']);
  expect(kinds(cutover)).toEqual(['fenceDatabase', 'drainPrecopy']);
  expect(kinds(afterwards)).toEqual(['verifyPrecopy']);
  expect(cutover[0]?.input).toEqual({ server: servers.source, databases: ['shop'] });
});

test('users wait for the proof where that is wished, and it is the same proof', () => {
  const [before, after] = [precopy({ ...wish, prove: 'before' }), precopy({ ...wish, prove: 'after' })];
  expect(kinds(before.cutover)).toEqual(['fenceDatabase', 'drainPrecopy', 'verifyPrecopy']);
  expect(before.afterwards).toEqual([]);
  expect(before.cutover.at(-1)).toEqual(after.afterwards[0]);
  expect(before.cutover.at(-1)?.input).toMatchObject({ drainStep: before.cutover[1]?.id });
});

test('copies of several databases have steps of their own', () => {
  const ids = (id: string) => {
    const { ahead, cutover, afterwards } = precopy({ ...wish, id, prove: 'after' });
    return [...ahead, ...cutover, ...afterwards].map((step) => step.id);
  };
  expect(new Set([...ids('shop'), ...ids('other')]).size).toBe(8);
});
