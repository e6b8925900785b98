import { shop } from '../support/shop.js';
import { startTemporal, stopTemporal } from '../support/temporal.js';
import { atDesk } from './support/rehelm.js';

beforeAll(startTemporal, 60_000);
afterAll(stopTemporal);

describe('usage', () => {
  test.each([
    [['run'], "required option '-f, --file <spec.yaml>' not specified"],
    [['frobnicate'], "unknown command 'frobnicate'"],
    [['decide', 'x', '--question', '1', '--choice', 'wait', '--reason', 'r'], '--choice wait needs --for'],
    [['decide', 'x', '--question', 'one', '--choice', 'retry', '--reason', 'r'], 'expected the number of a question'],
    [['run', '-f', 'x', '--approve', 'commit'], 'only start can be approved ahead'],
    [['run', '-f', '/nowhere/spec.yaml'], 'there is no file /nowhere/spec.yaml'],
  ])('rehelm %j is told: %s, with 2', (args, because) =>
    atDesk({ fake: shop(), kinds: {}, worker: false }, async ({ rehelm }) => {
      const { code, err } = await rehelm(...args);
      expect(err).toContain(because);
      expect(code).toBe(2);
    }),
  );
});
