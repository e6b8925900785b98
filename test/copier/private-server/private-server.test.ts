import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openPostgres } from '../../../src/adapters/postgres/open.js';
import { readHorizon } from '../../../src/copier/postgres/horizon.js';
import type { PostgresServer } from '../../../src/model/postgres-facts.js';
import { run as runVerb } from '../postgres/support/run.js';
import { describeWithPostgres, type Major, type Postgres, startPostgres } from '../postgres/support/server.js';
import { asOwner, endAll, hold, release, serve } from './serve.js';

/** Everything but what any server's start and end rewrites: its control file, its log, and caches. */
const passing =
  /^(global\/pg_control|pg_wal\/|pg_stat|global\/pg_internal\.init|base\/\d+\/pg_internal\.init|pg_logical\/|pg_notify\/|pg_subtrans\/|pg_xact\/)/;

function filesOf(data: string): Readonly<Record<string, string>> {
  const names = readdirSync(data, { recursive: true, encoding: 'utf8' }).filter((name) => !passing.test(name));
  return Object.fromEntries(names.map((name) => [name, statSync(join(data, name)).isFile() ? readFileSync(join(data, name)).toString('base64') : '/']));
}

const asked = async <R extends object>(at: PostgresServer, sql: string, database = 'postgres'): Promise<readonly R[]> => {
  const session = await openPostgres(at, { database, applicationName: 'test' });
  return session.query<R>(sql).finally(() => session.close());
};

const tables = `CREATE TABLE orders (id integer PRIMARY KEY, note text); INSERT INTO orders SELECT i, 'n' || i FROM generate_series(1, 5000) i; CHECKPOINT`;
const timeline = 'SELECT timeline_id AS timeline FROM pg_control_checkpoint()';
const majors = [11, 15, 16, 18] as const satisfies readonly Major[];

describe.each(majors)('a private server on the data of PostgreSQL %i', (major) => {
  describeWithPostgres(major)('that was stopped', () => {
    let old: Postgres;
    beforeAll(async () => {
      old = await startPostgres(major);
      await old.query('postgres', 'CREATE DATABASE shop');
      await old.query('shop', tables);
    }, 60_000);
    afterAll(() => old?.stop());
    afterEach(endAll);

    test('refuses every write, keeps its horizon, lets only our password in, and leaves no trace', async () => {
      // Settings of the product that would end the fence, run its programs or need its libraries.
      if (major >= 12) await old.query('postgres', `ALTER SYSTEM SET restore_command = 'false'`);
      await old.query('postgres', `ALTER SYSTEM SET shared_buffers = '64MB'`);
      await old.query('postgres', 'CREATE ROLE app LOGIN');
      await old.halt('SIGINT');
      const before = filesOf(old.data);

      expect(await hold(old)).toEqual({ wasShutDown: true });
      // As a server of ours leaves it that is killed: it was found otherwise.
      const control = join(old.data, 'global/pg_control');
      const found = readFileSync(control);
      writeFileSync(control, Buffer.from(found).fill(5, 16, 17));
      expect(await hold(old)).toEqual({ wasShutDown: true });
      writeFileSync(control, found);
      const served = await serve(old);
      expect(await runVerb({ engine: 'postgresql', verb: 'ping', at: served.at })).toMatchObject({ major, inRecovery: true, superuser: true });
      await expect(asked(served.at, 'CREATE TABLE no (id integer)')).rejects.toMatchObject({
        type: 'Forbidden',
        message: expect.stringContaining('read-only'),
      });
      await expect(asked(served.at, 'SET transaction_read_only = off; DELETE FROM public.orders', 'shop')).rejects.toThrow(/recovery/);
      const session = await openPostgres(served.at, { database: 'shop', applicationName: 'test' });
      const first = await readHorizon(session);
      expect(await session.query('SELECT count(*)::integer AS rows FROM public.orders')).toEqual([{ rows: 5000 }]);
      expect(await readHorizon(session)).toEqual({ ...first, at: expect.any(String) });
      await session.close();
      const wrong = { ...served.at, user: { name: 'postgres', password: 'postgres-canary' } };
      await expect(asked(wrong, 'SELECT 1')).rejects.toMatchObject({ type: 'WrongPassword' });
      await expect(asked({ ...served.at, user: { ...served.at.user, name: 'app' } }, 'SELECT 1')).rejects.toMatchObject({ type: 'Forbidden' });
      // A pod that died is followed by another one.
      await served.end('SIGTERM');
      await hold(old);
      const again = await serve(old);
      expect(await asked(again.at, 'SELECT count(*)::integer AS rows FROM public.orders', 'shop')).toEqual([{ rows: 5000 }]);
      expect(await again.end()).toBe(0);

      expect(await release(old)).toEqual({ released: true });
      expect(filesOf(old.data)).toEqual(before);
      expect(await release(old)).toEqual({ released: false });
      expect(filesOf(old.data)).toEqual(before);
      await old.resume();
      expect(await old.query('postgres', timeline)).toEqual([{ timeline: 1 }]);
      await old.query('shop', `INSERT INTO orders VALUES (0, 'after')`);
      await old.query('shop', 'DELETE FROM orders WHERE id = 0');
    }, 60_000);

    test('replays its log first where it was killed, and has what was committed', async () => {
      await old.query('shop', `INSERT INTO orders VALUES (-1, 'the last one')`);
      await old.halt('SIGQUIT');
      writeFileSync(join(old.data, 'postmaster.pid'), readFileSync(join(old.data, 'PG_VERSION')));
      expect(await hold(old)).toEqual({ wasShutDown: false });
      const served = await serve(old);
      expect(await asked(served.at, 'SELECT id, note FROM public.orders WHERE id < 0', 'shop')).toEqual([{ id: -1, note: 'the last one' }]);
      expect(await runVerb({ engine: 'postgresql', verb: 'ping', at: served.at })).toMatchObject({ inRecovery: true });
      await served.end();
      await release(old);
      await old.resume();
      expect(await old.query('postgres', timeline)).toEqual([{ timeline: 1 }]);
      expect(await old.query('shop', 'DELETE FROM orders WHERE id < 0 RETURNING note')).toEqual([{ note: 'the last one' }]);
    }, 60_000);

    test('with unlogged tables is refused in recovery, which would empty them, and served closed', async () => {
      await old.query('shop', 'CREATE UNLOGGED TABLE cache AS SELECT i FROM generate_series(1, 77) i; CHECKPOINT');
      await old.halt('SIGINT');
      const before = filesOf(old.data);
      await expect(hold(old)).rejects.toMatchObject({ type: 'VolumeUnfit', message: expect.stringMatching(/unlogged.*Serve it closed/) });
      expect(filesOf(old.data)).toEqual(before);
      await hold(old, 'closed');
      const served = await serve(old, 'closed');
      const session = await openPostgres(served.at, { database: 'shop', applicationName: 'test', readOnly: true });
      const first = await readHorizon(session);
      expect(await session.query('SELECT count(*)::integer AS rows FROM public.cache')).toEqual([{ rows: 77 }]);
      expect((await readHorizon(session)).xmax).toBe(first.xmax);
      await session.close();
      await served.end();
      await release(old);
      await old.resume();
      expect(await old.query('shop', 'SELECT count(*)::integer AS rows FROM cache')).toEqual([{ rows: 77 }]);
      await old.query('shop', 'DROP TABLE cache');
    }, 60_000);
  });
});

describeWithPostgres(16)('a directory that cannot be served', () => {
  let old: Postgres;
  beforeAll(async () => {
    old = await startPostgres(16);
    await old.halt('SIGINT');
  }, 60_000);
  afterAll(() => old?.stop());

  test.each([
    ['of another version', { major: 15 as Major }, /is of PostgreSQL 16, and the plan expects 15/],
    ['that is not there', { data: '/nowhere/pgdata' }, /no PG_VERSION/],
  ])('%s is refused untouched', async (_, other, message) => {
    const before = filesOf(old.data);
    await expect(hold({ ...old, ...other })).rejects.toMatchObject({ type: 'VolumeUnfit', message: expect.stringMatching(message) });
    expect(filesOf(old.data)).toEqual(before);
  });

  test('that another user owns, a backup, and one that another run holds are refused', async () => {
    if (process.getuid?.() === 0)
      await expect(asRoot()).rejects.toMatchObject({ type: 'VolumeUnfit', message: expect.stringMatching(/belongs to user 65534/) });
    writeFileSync(join(old.data, 'backup_label'), 'x');
    await expect(hold(old)).rejects.toThrow(/backup that was never started/);
    await asOwner(async () => (await import('node:fs/promises')).rm(join(old.data, 'backup_label')));
    await asOwner(async () => (await import('node:fs/promises')).mkdir(join(old.data, 'rehelm-0123456789ab')));
    await expect(hold(old)).rejects.toThrow(/held by another run/);
    await asOwner(async () => (await import('node:fs/promises')).rmdir(join(old.data, 'rehelm-0123456789ab')));
  });

  async function asRoot() {
    const { holdData } = await import('../../../src/copier/volume/hold-data.js');
    return holdData({ act: 'hold', data: old.data, major: 16, mode: 'standby', run: 'r' });
  }
});
