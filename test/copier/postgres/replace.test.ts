import pg from 'pg';
import { openPostgres } from '../../../src/adapters/postgres/open.js';
import type { PostgresSession } from '../../../src/adapters/postgres/session.js';
import type { BackupPlace } from '../../../src/model/backup.js';
import { dumpOf, restoreOf, volume } from './support/backups.js';
import { run } from './support/run.js';
import { describeWithPostgres, type Postgres, startPostgres } from './support/server.js';

describeWithPostgres(16)('a restored database that takes the place of another', () => {
  let server: Postgres;
  let place: BackupPlace;
  beforeAll(async () => {
    server = await startPostgres(16);
    await server.query('postgres', 'CREATE DATABASE shop');
    await server.query('shop', `CREATE TABLE item (id integer); INSERT INTO item VALUES (1)`);
    place = volume();
    await run(dumpOf(server.at, { place }));
    await server.query('shop', `INSERT INTO item VALUES (2)`);
  }, 60_000);
  afterAll(() => server?.stop());

  const scope = (epoch = 1) => ({ engine: 'postgresql', at: server.at, run: 'r1', epoch }) as const;
  const names = { restored: 'shop_restored', name: 'shop', aside: 'shop_replaced' } as const;
  const rows = async (database: string) => (await server.query<{ id: number }>(database, 'SELECT id FROM item ORDER BY 1')).map(({ id }) => id);
  const databases = async () =>
    (
      await server.query<{ name: string }>(
        'postgres',
        `SELECT datname || CASE WHEN datallowconn THEN '' ELSE ' (shut)' END AS name FROM pg_database WHERE NOT datistemplate ORDER BY 1`,
      )
    ).map(({ name }) => name);
  const before = ['postgres', 'rehelm', 'shop'];
  const restore = () => run(restoreOf(server.at, { place }));
  const takeAllBack = async () => {
    await run({ ...scope(), verb: 'putBack', ...names });
    await run({ ...scope(), verb: 'drop', database: 'shop_restored' });
  };

  test('ends connections, keeps the other without any, and gives everything back', async () => {
    await restore();
    const user = new pg.Client({ host: server.at.host, port: server.at.port, user: 'postgres', password: server.at.user.password, database: 'shop' });
    user.on('error', () => {});
    await user.connect();
    expect(await run({ ...scope(), verb: 'replace', ...names })).toEqual({ replaced: true, ended: 1 });
    expect(await databases()).toEqual(['postgres', 'rehelm', 'shop', 'shop_replaced (shut)']);
    expect(await rows('shop')).toEqual([1]);
    expect(await run({ ...scope(), verb: 'replace', ...names })).toEqual({ replaced: true, ended: 0 });
    expect(await run({ ...scope(), verb: 'putBack', ...names })).toEqual({ back: true });
    expect(await rows('shop')).toEqual([1, 2]);
    expect(await run({ ...scope(), verb: 'putBack', ...names })).toEqual({ back: false });
    expect(await run({ ...scope(), verb: 'drop', database: 'shop_restored' })).toMatchObject({ dropped: true });
    expect(await databases()).toEqual(before);
  }, 30_000);

  /** Dies right after the statement that fits. */
  const dyingAfter = (fits: RegExp): { readonly open: typeof openPostgres } => ({
    async open(...args) {
      const session = await openPostgres(...args);
      const dying: PostgresSession = Object.create(session, {
        run: {
          value: async (script: string) => {
            await session.run(script);
            if (fits.test(script)) throw new RangeError('killed');
          },
        },
        query: { value: session.query.bind(session) },
        close: { value: session.close.bind(session) },
        version: { get: () => session.version },
        name: { get: () => session.name },
        inTransaction: {
          value: async (work: () => Promise<unknown>) => {
            await session.run('BEGIN');
            try {
              const result = await work();
              await dying.run('COMMIT');
              return result;
            } catch (error) {
              await session.run('ROLLBACK').catch(() => undefined);
              throw error;
            }
          },
        },
      });
      return dying;
    },
  });

  test.each([/ALLOW_CONNECTIONS false/, /RENAME TO "shop_replaced"/, /RENAME TO "shop"/, /^COMMIT/])(
    'killed after %s goes on, or goes back, whole',
    async (point) => {
      await restore();
      const replace = { ...scope(), verb: 'replace', ...names } as const;
      await expect(run(replace, dyingAfter(point))).rejects.toThrow('killed');
      await takeAllBack();
      expect([await databases(), await rows('shop')]).toEqual([before, [1, 2]]);

      await restore();
      await expect(run(replace, dyingAfter(point))).rejects.toThrow('killed');
      await run(replace);
      expect([await databases(), await rows('shop')]).toEqual([['postgres', 'rehelm', 'shop', 'shop_replaced (shut)'], [1]]);
      await takeAllBack();
      expect([await databases(), await rows('shop')]).toEqual([before, [1, 2]]);
    },
    60_000,
  );

  test('takes a name that nobody has any more, and gives it back', async () => {
    await restore();
    expect(await run({ ...scope(), verb: 'replace', ...names, name: 'gone' })).toMatchObject({ replaced: false });
    expect(await run({ ...scope(), verb: 'replace', ...names, name: 'gone' })).toMatchObject({ replaced: false });
    expect(await rows('gone')).toEqual([1]);
    expect(await run({ ...scope(), verb: 'putBack', ...names, name: 'gone' })).toMatchObject({ back: true });
    expect(await run({ ...scope(), verb: 'putBack', ...names, name: 'gone' })).toMatchObject({ back: false });
    expect([await rows('shop_restored'), await rows('shop')]).toEqual([[1], [1, 2]]);
    await takeAllBack();
  }, 30_000);

  test('is refused where the plan names nothing to replace', async () => {
    await restore();
    await expect(run({ ...scope(), verb: 'replace', restored: 'shop_restored', name: 'shop' })).rejects.toMatchObject({ type: 'AlreadyExists' });
    await expect(run({ ...scope(), verb: 'replace', ...names, aside: 'shop' })).rejects.toMatchObject({ type: 'AlreadyExists' });
    for (const name of ['postgres', 'repmgr', 'template1', 'rehelm'])
      await expect(run({ ...scope(), verb: 'replace', ...names, name })).rejects.toMatchObject({ type: 'Forbidden' });
    await expect(run(restoreOf(server.at, { place, to: 'shop' }))).rejects.toMatchObject({ type: 'AlreadyExists' });
    await expect(run(restoreOf(server.at, { place, to: 'postgres' }))).rejects.toMatchObject({ type: 'Forbidden' });
    expect(await rows('shop')).toEqual([1, 2]);
    await takeAllBack();
  }, 30_000);

  test('the one that was put aside is dropped by its run alone, and the notes go after it', async () => {
    await restore();
    await run({ ...scope(), verb: 'replace', ...names });
    await expect(run({ ...scope(), run: 'r2', verb: 'dropReplaced', database: 'shop_replaced' })).rejects.toMatchObject({ type: 'NotOurs' });
    await expect(run({ ...scope(), verb: 'dropReplaced', database: 'shop' })).rejects.toMatchObject({ type: 'NotOurs' });
    expect(await run({ ...scope(), verb: 'dropReplaced', database: 'shop_replaced' })).toEqual({ dropped: true });
    expect(await run({ ...scope(), verb: 'dropReplaced', database: 'shop_replaced' })).toEqual({ dropped: false });
    await run({ ...scope(), verb: 'clean', run: 'r1' } as never);
    expect([await databases(), await rows('shop')]).toEqual([before, [1]]);
    await expect(run({ ...scope(), verb: 'drop', database: 'shop' })).rejects.toMatchObject({ type: 'NotOurs' });
  }, 30_000);
});
