import type { PostgresFenceCapture } from '../../../src/model/copier-postgres.js';
import { catalogsOf, precopyOf, seedShop, startPublisher, startSubscriber, startWriter } from './support/precopy.js';
import { run } from './support/run.js';
import { describeWithPostgres, type Postgres } from './support/server.js';

const pairs = [
  [11, 15],
  [12, 17],
  [16, 18],
] as const;

describe.each(pairs)('from PostgreSQL %i to %i', (from, to) => {
  describeWithPostgres(from, to)('a copy ahead', () => {
    let source: Postgres;
    let target: Postgres;

    beforeAll(async () => {
      [source, target] = await Promise.all([startPublisher(from), startSubscriber(to)]);
      await seedShop(source);
    }, 60_000);

    afterAll(() => Promise.all([source?.stop(), target?.stop()]));

    test('follows a product that goes on writing, and whose roles change; drained and proved it is equal in everything, and the source is as it was', async () => {
      const before = await catalogsOf(source);
      const writer = startWriter(source);
      const request = precopyOf(source, target, 'one');
      const { engine, at, run: id, epoch, source: other, from: old, to: name } = request;
      const place = { engine, at, source: other, run: id, epoch, from: old, to: name } as const;
      expect(await run({ engine, verb: 'checkPrecopy', at, source: other, from: old, to: name })).toEqual({ problems: [] });
      const copied = await run(request);
      expect(copied).toMatchObject({ tables: 8, roles: { made: ['shop_owner', 'shop_readers', 'shop_report'] } });
      // Again, it finds all of it there.
      expect(await run(request)).toMatchObject({ tables: 8, definitions: copied.definitions });

      await source.query('postgres', `ALTER ROLE shop_report CONNECTION LIMIT 4; ALTER ROLE shop_report SET work_mem = '5MB'; GRANT shop_owner TO shop_report`);
      const captured: PostgresFenceCapture = await run({ engine, verb: 'captureFence', at: other, databases: [old] });
      await run({ engine, verb: 'fence', at: other, run: id, epoch, captured });
      await writer.stop();
      expect(writer.acknowledged.length).toBeGreaterThan(50);
      const drained = await run({ ...place, verb: 'drainPrecopy' });
      expect(drained.definitions).toBeGreaterThan(4);
      expect(await run({ ...place, verb: 'drainPrecopy' })).toMatchObject({ lagBytes: drained.lagBytes, waitedSeconds: drained.waitedSeconds });
      expect(await run({ engine, verb: 'provePrecopy', at, source: other, from: old, to: name, run: id, horizon: drained.target.horizon })).toMatchObject({
        differences: [],
        equal: true,
      });
      expect(await run({ engine, verb: 'verify', at, source: other, from: old, to: name })).toMatchObject({ equal: true });
      expect(await run({ engine, verb: 'changedSince', at: other, databases: [{ name: old, horizon: drained.source.horizon }] })).toEqual({ changed: [] });
      const written = await target.query<{ count: number }>(
        name,
        `SELECT count(*)::int AS count FROM sales.orders WHERE filler LIKE 'written %' OR id > 20000`,
      );
      expect(written[0]?.count).toBeGreaterThanOrEqual(writer.acknowledged.length);
      expect(await target.query(name, 'SELECT 1 FROM pg_subscription')).toEqual([]);
      await run({ engine, verb: 'unfence', at: other, run: id, epoch, captured });
      await source.query('postgres', 'ALTER ROLE shop_report CONNECTION LIMIT -1; ALTER ROLE shop_report RESET work_mem; REVOKE shop_owner FROM shop_report');
      expect(await catalogsOf(source)).toEqual(before);
    }, 120_000);
  });
});
