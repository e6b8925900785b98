import { precopyOf, startPublisher, startSubscriber } from './support/precopy.js';
import { run } from './support/run.js';
import { describeWithPostgres } from './support/server.js';

/** Before 15 a server does not count what its workers fail at. */
const pairs = [
  [12, 12],
  [16, 18],
] as const;

describe.each(pairs)('from PostgreSQL %i to %i', (from, to) => {
  describeWithPostgres(
    from,
    to,
    16,
  )('a drain', () => {
    test('ends with its reason where the target takes nothing more, long before its time: users wait', async () => {
      const [source, target] = await Promise.all([startPublisher(from), startSubscriber(to)]);
      try {
        await source.query('postgres', 'CREATE DATABASE shop');
        await source.query('shop', 'CREATE TABLE item (id integer PRIMARY KEY); INSERT INTO item SELECT generate_series(1, 500)');
        await run(precopyOf(source, target, 'one'));
        await target.query('new_one', 'INSERT INTO item VALUES (501)');
        await source.query('shop', 'INSERT INTO item VALUES (501)');
        const place = { engine: 'postgresql', at: target.at, source: source.at, run: 'one', epoch: 1, from: 'shop', to: 'new_one' } as const;
        const drain = () => run({ ...place, verb: 'drainPrecopy' });
        await expect(drain()).rejects.toMatchObject({ type: 'CopyFailed', message: expect.stringMatching(/the log of its server says why\.$/) });
        // What stood in the way is gone: a retry goes on.
        await target.query('new_one', 'DELETE FROM item WHERE id = 501');
        expect(await drain()).toMatchObject({ sequences: 0 });
        expect(await run({ engine: 'postgresql', verb: 'verify', at: target.at, source: source.at, from: 'shop', to: 'new_one' })).toMatchObject({
          equal: true,
        });
      } finally {
        await Promise.all([source.stop(), target.stop()]);
      }
    }, 90_000);
  });
});
