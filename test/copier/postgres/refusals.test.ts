import type { PostgresContext } from '../../../src/copier/postgres/context.js';
import type { PostgresCopyRequest } from '../../../src/model/copier-postgres.js';
import { run } from './support/run.js';
import { describeWithPostgres, type Postgres, startPostgres } from './support/server.js';

describeWithPostgres(16, 18)('a copy of PostgreSQL is refused', () => {
  let older: Postgres;
  let newer: Postgres;

  beforeAll(async () => {
    [older, newer] = await Promise.all([startPostgres(16), startPostgres(18)]);
    for (const server of [older, newer]) {
      await server.query('postgres', 'CREATE DATABASE shop');
      await server.query('shop', 'CREATE TABLE item (id integer PRIMARY KEY); INSERT INTO item VALUES (1)');
      await server.query('postgres', `CREATE ROLE reader LOGIN PASSWORD 'reader-canary'`);
    }
  }, 60_000);

  afterAll(() => Promise.all([older?.stop(), newer?.stop()]));

  const copy = (more: Partial<PostgresCopyRequest> = {}) =>
    run({ ...{ engine: 'postgresql', verb: 'copy', at: newer.at, source: older.at, run: 'r', epoch: 1, step: 's', from: 'shop', to: 'shop' }, ...more });
  const as = (server: Postgres, name: string, password: string) => ({ ...server.at, user: { name, password } });
  const there = async (server: Postgres, database: string) =>
    (await server.query('postgres', `SELECT 1 FROM pg_database WHERE datname = '${database}'`)).length > 0;

  test('where the target holds what the run did not write, which stays', async () => {
    await expect(copy()).rejects.toMatchObject({ type: 'TargetNotEmpty', message: expect.stringContaining('public.item') });
    expect(await newer.query('shop', 'SELECT count(*)::int AS count FROM item')).toEqual([{ count: 1 }]);
  });

  test('with a wrong password, without telling it', async () => {
    const refused = await copy({ source: as(older, 'postgres', 'wrong-canary') }).catch((error: unknown) => error as Error);
    expect(refused).toMatchObject({ type: 'WrongPassword', message: expect.not.stringContaining('canary') });
    await expect(copy({ at: as(newer, 'postgres', 'wrong-canary') })).rejects.toMatchObject({ type: 'WrongPassword' });
  });

  test('where the server does not answer', async () => {
    await expect(copy({ source: { ...older.at, port: 1 } })).rejects.toMatchObject({ type: 'Unreachable', nonRetryable: false });
  });

  test('where the copier may not read or make what it has to', async () => {
    await expect(copy({ source: as(older, 'reader', 'reader-canary'), to: 'unread' })).rejects.toMatchObject({ type: 'Forbidden' });
    await expect(copy({ at: as(newer, 'reader', 'reader-canary'), to: 'unmade' })).rejects.toMatchObject({ type: 'Forbidden' });
  });

  test('to an older server', async () => {
    await expect(copy({ at: older.at, source: newer.at, to: 'back' })).rejects.toMatchObject({
      type: 'PreflightFailed',
      message: expect.stringContaining('older'),
    });
    expect(await there(older, 'back')).toBe(false);
  });

  test('where the image has no program for the versions', async () => {
    const clients = { majors: async () => [15, 16] } as unknown as PostgresContext['clients'];
    const request = { engine: 'postgresql', verb: 'copy', at: newer.at, source: older.at, run: 'r', epoch: 1, step: 's', from: 'shop', to: 'tool' } as const;
    await expect(run(request, { clients })).rejects.toMatchObject({ type: 'ToolTooOld', message: expect.stringContaining('the image has 15, 16') });
    expect(await there(newer, 'tool')).toBe(false);
  });

  test('where the source does not exist', async () => {
    await expect(copy({ from: 'nothing', to: 'nothing' })).rejects.toMatchObject({ type: 'NotFound', message: expect.stringContaining('nothing') });
  });

  test('where somebody writes to the source meanwhile', async () => {
    await older.query('postgres', 'CREATE DATABASE busy');
    await older.query('busy', 'CREATE TABLE item (id integer)');
    const writing = new AbortController();
    const writer = (async () => {
      for (let id = 0; !writing.signal.aborted; id++) await older.query('busy', `INSERT INTO item VALUES (${id})`);
    })();
    await expect(copy({ from: 'busy', to: 'busy' })).rejects.toMatchObject({ type: 'SourceChanged' });
    writing.abort();
    await writer;
  }, 20_000);
});
