import { openPostgres } from '../../../src/adapters/postgres/open.js';
import type { PostgresRequestOf } from '../../../src/model/copier-postgres.js';
import { dumpOf, restoreOf, volume } from './support/backups.js';
import { run } from './support/run.js';
import { describeWithPostgres, type Postgres, type Standby, startPostgres, startStandby } from './support/server.js';

describeWithPostgres(16)('a primary and a standby', () => {
  let primary: Postgres;
  let standby: Standby;

  beforeAll(async () => {
    primary = await startPostgres(16, [], { wal_level: 'replica' });
    await primary.query('postgres', 'CREATE DATABASE shop');
    await primary.query('shop', 'CREATE TABLE item AS SELECT i FROM generate_series(1, 1000) i');
    standby = await startStandby(primary, 'member-1', '127.0.0.2');
  }, 60_000);

  afterAll(async () => {
    await standby?.stop();
    await primary?.stop();
  });

  /** The standby first: whoever takes the first host is wrong. */
  const both = () => ({ ...primary.at, host: `${standby.host},${primary.at.host}` });
  const ask = (more: Partial<PostgresRequestOf<'awaitStandbys'>> = {}) =>
    run<'awaitStandbys'>({ engine: 'postgresql', verb: 'awaitStandbys', at: both(), standbys: 1, waitSeconds: 10, ...more });

  test('a session with several hosts is with the primary', async () => {
    const session = await openPostgres(both(), { database: 'shop', applicationName: 'rehelm' });
    expect(session.name).toBe('shop at 127.0.0.1');
    await session.close();
  });

  test('where none of the hosts is a primary, what each of them is is told', async () => {
    const nobody = { ...primary.at, host: `${standby.host},127.0.0.3` };
    await expect(openPostgres(nobody, { database: 'shop', applicationName: 'rehelm' })).rejects.toMatchObject({
      type: 'Unreachable',
      message: expect.stringMatching(/none of them is a primary: 127\.0\.0\.2 is a standby; connecting to shop at 127\.0\.0\.3: .*ECONNREFUSED/),
    });
  });

  test('a wrong password is no standby', async () => {
    const wrong = { ...both(), user: { name: 'postgres', password: 'wrong' } };
    await expect(openPostgres(wrong, { database: 'shop', applicationName: 'rehelm' })).rejects.toMatchObject({ type: 'WrongPassword' });
  });

  test('programs of PostgreSQL find the primary, too: a dump of it is restored into it', async () => {
    const place = volume();
    await run<'dump'>(dumpOf(both(), { place }));
    expect(await run<'restore'>(restoreOf(both(), { place }))).toMatchObject({ rows: 1000 });
  });

  test('a standby follows that has replayed all the primary has written, and a write through the pooler reaches the primary', async () => {
    expect(await ask({ pooler: { at: primary.at, database: 'shop' } })).toEqual({ following: ['member-1'], missing: [] });
  });

  test('a second standby is missed, and so is a pooler that leads to a standby or nowhere', async () => {
    expect(await ask({ standbys: 2, waitSeconds: 2 })).toEqual({ following: ['member-1'], missing: ['1 of 2 standbys follow the primary'] });
    const { missing } = await ask({ pooler: { at: { ...primary.at, host: standby.host }, database: 'shop' }, waitSeconds: 0 });
    expect(missing).toEqual([expect.stringContaining('read-only transaction')]);
    const { missing: nowhere } = await ask({ pooler: { at: { ...primary.at, host: '127.0.0.3' }, database: 'shop' }, waitSeconds: 0 });
    expect(nowhere).toEqual([expect.stringContaining('ECONNREFUSED')]);
  });

  test('one that does not replay is missed until it does', async () => {
    const late = { ...primary.at, host: standby.host };
    const session = await openPostgres(late, { database: 'postgres', applicationName: 'test' });
    await session.query('SELECT pg_catalog.pg_wal_replay_pause()');
    await primary.query('shop', 'INSERT INTO item SELECT i FROM generate_series(1, 100) i');
    expect((await ask({ waitSeconds: 0 })).missing).toEqual([
      '0 of 1 standby follow the primary',
      expect.stringMatching(/^member-1 is streaming, \d+ bytes behind$/),
    ]);
    const waiting = ask();
    await session.query('SELECT pg_catalog.pg_wal_replay_resume()');
    await session.close();
    expect(await waiting).toEqual({ following: ['member-1'], missing: [] });
  });
});
