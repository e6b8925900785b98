import type { PostgresCopyRequest } from '../../../src/model/copier-postgres.js';
import { run } from './support/run.js';
import { describeWithPostgres, type Postgres, startPostgres } from './support/server.js';

describeWithPostgres(16, 18)('the undo of a copy of PostgreSQL', () => {
  let source: Postgres;
  let target: Postgres;

  beforeAll(async () => {
    [source, target] = await Promise.all([startPostgres(16), startPostgres(18)]);
    await source.query('postgres', 'CREATE ROLE owner LOGIN; CREATE ROLE shared');
    await source.query('postgres', 'CREATE DATABASE shop OWNER owner');
    await source.query('shop', 'CREATE TABLE item (id integer); ALTER TABLE item OWNER TO owner; GRANT SELECT ON item TO shared');
    await target.query('postgres', 'CREATE ROLE shared LOGIN');
  }, 60_000);

  afterAll(() => Promise.all([source?.stop(), target?.stop()]));

  const scope = (epoch: number) => ({ engine: 'postgresql', at: target.at, run: 'r', epoch }) as const;
  const copy = (to: string, more: Partial<PostgresCopyRequest> = {}) =>
    run({ ...scope(1), verb: 'copy', source: source.at, step: 's', from: 'shop', to, ...more });
  const drop = (database: string, epoch = 1) => run({ ...scope(epoch), verb: 'drop', database });
  const databases = async () =>
    (await target.query<{ name: string }>('postgres', `SELECT datname AS name FROM pg_database WHERE NOT datistemplate ORDER BY 1`)).map(({ name }) => name);
  const roles = async () =>
    (await target.query<{ name: string }>('postgres', `SELECT rolname AS name FROM pg_roles WHERE rolname !~ '^pg_' ORDER BY 1`)).map(({ name }) => name);

  test('drops what the run made, roles with the last of its databases, and nothing else', async () => {
    expect((await copy('one')).roles).toEqual({ made: ['owner'], found: ['shared'] });
    await copy('two');
    expect(await drop('one')).toEqual({ dropped: true, rolesLeft: [] });
    expect(await roles()).toEqual(['owner', 'postgres', 'shared']);
    expect(await drop('two')).toEqual({ dropped: true, rolesLeft: [] });
    expect(await roles()).toEqual(['postgres', 'shared']);
    expect(await databases()).toEqual(['postgres', 'rehelm']);
    expect(await drop('two')).toEqual({ dropped: false, rolesLeft: [] });
  }, 30_000);

  test('takes a database back that was handed over already, without a trace of the copier in it', async () => {
    await copy('handed');
    const schemas = () => target.query<{ name: string }>('handed', `SELECT nspname AS name FROM pg_namespace WHERE nspname = 'rehelm'`);
    expect(await schemas()).toEqual([{ name: 'rehelm' }]);
    const release = (database: string, epoch = 1) => run({ ...scope(epoch), verb: 'release', databases: [database] });
    expect(await release('handed')).toEqual({ released: ['handed'] });
    expect(await release('handed')).toEqual({ released: ['handed'] });
    expect(await schemas()).toEqual([]);
    await expect(release('postgres')).rejects.toMatchObject({ type: 'NotOurs' });
    await expect(release('handed', 0)).rejects.toMatchObject({ type: 'Superseded' });
    expect(await drop('handed')).toEqual({ dropped: true, rolesLeft: [] });
  }, 30_000);

  test('leaves a role that owns something elsewhere by now', async () => {
    await copy('three');
    await target.query('postgres', 'CREATE TABLE kept (id integer); ALTER TABLE kept OWNER TO owner');
    expect(await drop('three')).toEqual({ dropped: true, rolesLeft: ['owner'] });
    await target.query('postgres', 'DROP TABLE kept; DROP ROLE owner');
  }, 30_000);

  test('leaves a database that was there, empty, as it was', async () => {
    await target.query('postgres', 'CREATE DATABASE chart OWNER shared');
    await copy('chart', { run: 'r2' });
    expect(await run({ ...scope(1), run: 'r2', verb: 'drop', database: 'chart' })).toMatchObject({ dropped: true });
    expect(await target.query('postgres', `SELECT datdba::regrole::text AS owner FROM pg_database WHERE datname = 'chart'`)).toEqual([{ owner: 'shared' }]);
    expect(await target.query('chart', `SELECT count(*)::int AS count FROM pg_class WHERE relname = 'item'`)).toEqual([{ count: 0 }]);
  }, 30_000);

  test('leaves alone what another filled', async () => {
    await target.query('postgres', 'CREATE DATABASE others');
    await expect(drop('others')).rejects.toMatchObject({ type: 'NotOurs' });
  });

  test('ends connections that come back as fast as they are ended', async () => {
    await copy('pooled', { run: 'r3' });
    const stop = new AbortController();
    const pool = (async () => {
      while (!stop.signal.aborted) await target.query('pooled', 'SELECT 1').catch(() => undefined);
    })();
    expect(await run({ ...scope(1), run: 'r3', verb: 'drop', database: 'pooled' })).toMatchObject({ dropped: true });
    stop.abort();
    await pool;
  }, 30_000);

  test('keeps a copier of an older epoch out', async () => {
    await run({ ...scope(5), run: 'r4', verb: 'supersede' });
    await expect(copy('late', { run: 'r4', epoch: 4 })).rejects.toMatchObject({ type: 'Superseded' });
    expect(await databases()).not.toContain('late');
  });

  test('is forgotten with the run: no note of it is left in its databases', async () => {
    await copy('finished', { run: 'r5' });
    expect(await run({ engine: 'postgresql', verb: 'clean', at: target.at, run: 'r5' })).toEqual({ cleaned: true });
    expect(await target.query('finished', `SELECT nspname FROM pg_namespace WHERE nspname = 'rehelm'`)).toEqual([]);
    expect(await target.query('rehelm', `SELECT id FROM run WHERE id = 'r5'`)).toEqual([]);
    await expect(run({ ...scope(1), run: 'r5', verb: 'drop', database: 'finished' })).rejects.toMatchObject({ type: 'NotOurs' });
  }, 30_000);
});
