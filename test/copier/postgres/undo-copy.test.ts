import { openPostgres } from '../../../src/adapters/postgres/open.js';
import type { PostgresContext } from '../../../src/copier/postgres/context.js';
import type { PostgresCopyRequest } from '../../../src/model/copier-postgres.js';
import { dyingAfter, Killed } from './support/dying.js';
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
  const copy = (to: string, more: Partial<PostgresCopyRequest> = {}, context: Partial<PostgresContext> = {}) =>
    run({ ...scope(1), verb: 'copy', source: source.at, step: 's', from: 'shop', to, ...more }, context);
  const drop = (database: string, epoch = 1) => run({ ...scope(epoch), verb: 'drop', database });
  const databases = async () =>
    (await target.query<{ name: string }>('postgres', `SELECT datname AS name FROM pg_database WHERE NOT datistemplate ORDER BY 1`)).map(({ name }) => name);
  const roles = async () =>
    (await target.query<{ name: string }>('postgres', `SELECT rolname AS name FROM pg_roles WHERE rolname !~ '^pg_' ORDER BY 1`)).map(({ name }) => name);

  test('drops what the run made, roles with the last of its databases, and nothing else', async () => {
    expect((await copy('one')).roles).toEqual({
      ...{ made: ['owner'], found: ['shared'] },
      notes: ['Role shared was there and keeps what it has: NOLOGIN in the source, LOGIN in the target.'],
    });
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

  const chartOf = async (name: string) =>
    (
      await target.query(
        'postgres',
        `SELECT d.oid, datdba::regrole::text AS owner, datacl::text AS acl, datconnlimit AS limit, datallowconn AS open, datcollate AS collate, s.setconfig::text AS settings
       FROM pg_database d LEFT JOIN pg_db_role_setting s ON s.setdatabase = d.oid WHERE datname = '${name}'`,
      )
    )[0];

  describe('of a database that was there, empty, with rights, settings and schemas of its own, and without an extension', () => {
    beforeAll(async () => {
      await target.query('postgres', `CREATE DATABASE chart OWNER shared TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C' CONNECTION LIMIT 7`);
      await target.query(
        'postgres',
        `GRANT ALL ON DATABASE chart TO shared; GRANT CONNECT ON DATABASE chart TO pg_monitor; ALTER DATABASE chart SET work_mem = '8MB'`,
      );
      await target.query('chart', `DROP EXTENSION plpgsql; CREATE SCHEMA waiting; GRANT ALL ON SCHEMA public TO shared`);
    });

    test('leaves nothing of that one in the copy, and gives it back as it stood', async () => {
      const before = await chartOf('chart');
      await copy('chart', { run: 'r2' });
      expect(await run({ engine: 'postgresql', verb: 'verify', at: target.at, source: source.at, from: 'shop', to: 'chart' })).toMatchObject({
        equal: true,
        differences: [],
      });
      const dropChart = () => run({ ...scope(1), run: 'r2', verb: 'drop', database: 'chart' });
      expect(await dropChart()).toMatchObject({ dropped: true });
      expect(await chartOf('chart')).toEqual(before);
      expect(await target.query('chart', `SELECT nspacl::text ~ 'shared' AS mine FROM pg_namespace WHERE nspname = 'public'`)).toEqual([{ mine: true }]);
      expect(await target.query('chart', `SELECT extname FROM pg_extension`)).toEqual([]);
      expect(await dropChart()).toEqual({ dropped: false, rolesLeft: [] });
      expect(await chartOf('chart')).toEqual(before);
    }, 30_000);

    test.each(['ALLOW_CONNECTIONS false', 'RENAME TO', 'CREATE DATABASE'])(
      'does so wherever the copier was killed: after %s; and so does whoever goes on',
      async (statement) => {
        const before = await chartOf('chart');
        const open = dyingAfter((text) => text.includes(statement));
        await expect(copy('chart', { run: 'r6' }, { open })).rejects.toThrow(Killed);
        expect(await run({ ...scope(1), run: 'r6', verb: 'drop', database: 'chart' })).toMatchObject({ rolesLeft: [] });
        expect(await chartOf('chart')).toEqual(before);

        await expect(copy('chart', { run: 'r7' }, { open: dyingAfter((text) => text.includes(statement)) })).rejects.toThrow(Killed);
        expect(await copy('chart', { run: 'r7' })).toMatchObject({ source: { tables: 1 } });
        const dying = dyingAfter((text) => text.startsWith('DROP DATABASE'));
        await expect(run({ ...scope(1), run: 'r7', verb: 'drop', database: 'chart' }, { open: dying })).rejects.toThrow(Killed);
        await run({ ...scope(1), run: 'r7', verb: 'drop', database: 'chart' });
        expect(await chartOf('chart')).toEqual(before);
        expect(await databases()).toEqual(expect.not.arrayContaining([expect.stringMatching(/^rehelm_aside/)]));
      },
      60_000,
    );

    test('is forgotten with the run: the empty one goes', async () => {
      await copy('chart', { run: 'r8' });
      expect(await databases()).toEqual(expect.arrayContaining([expect.stringMatching(/^rehelm_aside/)]));
      await run({ engine: 'postgresql', verb: 'clean', at: target.at, run: 'r8' });
      expect(await databases()).toEqual(expect.not.arrayContaining([expect.stringMatching(/^rehelm_aside/)]));
    }, 30_000);
  });

  test('takes away what a copier has left that died while it compared', async () => {
    const isScratch = expect.stringMatching(/^rehelm_scratch_/);
    for (const verb of ['clean', 'drop'] as const) {
      await copy('compared', { run: verb });
      const dying = dyingAfter((text) => /^CREATE DATABASE "?rehelm_scratch/.test(text));
      const compared = run({ engine: 'postgresql', verb: 'verify', at: target.at, source: source.at, from: 'shop', to: 'compared' }, { open: dying });
      await expect(compared).rejects.toThrow(Killed);
      expect(await databases()).toEqual(expect.arrayContaining([isScratch]));
      await run({ ...scope(1), run: verb, verb, database: 'compared' });
      expect(await databases()).toEqual(expect.not.arrayContaining([isScratch]));
      await target.query('postgres', 'DROP DATABASE IF EXISTS compared');
    }
  }, 30_000);

  test('leaves alone what another made, empty or filled', async () => {
    await target.query('postgres', 'CREATE DATABASE others');
    expect(await drop('others')).toMatchObject({ dropped: false });
    await target.query('others', 'CREATE TABLE item (id integer)');
    await expect(drop('others')).rejects.toMatchObject({ type: 'NotOurs' });
    await expect(copy('others')).rejects.toMatchObject({ type: 'TargetNotEmpty' });
    await target.query('others', `DROP TABLE item; SELECT lo_from_bytea(0, 'kept')`);
    await expect(copy('others')).rejects.toMatchObject({ type: 'TargetNotEmpty' });
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

describeWithPostgres(18)('the database in which runs note what they made', () => {
  let server: Postgres;
  beforeAll(async () => {
    server = await startPostgres(18);
  }, 60_000);
  afterAll(() => server?.stop());

  const begin = (id: string) => run({ engine: 'postgresql', verb: 'supersede', at: server.at, run: id, epoch: 1 });
  const forget = (id: string) => run({ engine: 'postgresql', verb: 'clean', at: server.at, run: id });
  const isThere = async () => (await server.query('postgres', `SELECT 1 FROM pg_database WHERE datname = 'rehelm'`)).length > 0;

  test('goes with the last run that has a note in it', async () => {
    await begin('one');
    await begin('two');
    await forget('one');
    expect(await server.query('rehelm', 'SELECT id FROM run')).toEqual([{ id: 'two' }]);
    await forget('two');
    expect(await isThere()).toBe(false);
    await forget('two');
    expect(await isThere()).toBe(false);
  });

  test('stays where somebody is connected to it', async () => {
    await begin('one');
    const other = await openPostgres(server.at, { database: 'rehelm', applicationName: 'rehelm two' });
    await forget('one');
    expect(await isThere()).toBe(true);
    await other.close();
  });

  test('loses no note where runs come and go at once', async () => {
    const names = Array.from({ length: 6 }, (_, index) => `run-${index}`);
    await Promise.all(
      names.map(async (name) => {
        for (const _ of names) {
          await begin(name);
          expect(await server.query('rehelm', `SELECT id FROM run WHERE id = '${name}'`)).toEqual([{ id: name }]);
          await forget(name);
        }
      }),
    );
    await forget(names[0]!);
    expect(await isThere()).toBe(false);
  }, 60_000);
});
