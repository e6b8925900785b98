import pg from 'pg';
import { run } from './support/run.js';
import { describeWithPostgres, type Postgres, startPostgres } from './support/server.js';

describeWithPostgres(16)('the fence around a database of PostgreSQL', () => {
  let server: Postgres;

  beforeAll(async () => {
    server = await startPostgres(16);
    await server.query('postgres', `CREATE ROLE app LOGIN PASSWORD 'app'; CREATE ROLE admin LOGIN SUPERUSER PASSWORD 'admin'`);
    await server.query('postgres', 'CREATE DATABASE shop OWNER app CONNECTION LIMIT 7');
    await server.query('postgres', 'CREATE DATABASE other OWNER app');
    await server.query('shop', 'CREATE TABLE item (id integer); GRANT ALL ON item TO app');
  }, 60_000);

  afterAll(() => server?.stop());

  const scope = (epoch: number) => ({ engine: 'postgresql', at: server.at, run: 'r', epoch }) as const;
  const connectAs = async (user: string, database: string) => {
    const client = new pg.Client({ host: '127.0.0.1', port: server.at.port, user, password: user, database });
    client.on('error', () => {});
    await client.connect();
    return client;
  };
  const insertAs = async (user: string, database = 'shop') => {
    const client = await connectAs(user, database);
    try {
      await client.query(database !== 'other' ? 'INSERT INTO item VALUES (1)' : 'CREATE TABLE IF NOT EXISTS t ()');
    } finally {
      await client.end();
    }
  };
  const state = () =>
    server.query(
      'postgres',
      `SELECT datconnlimit AS limit, (SELECT setconfig::text FROM pg_db_role_setting WHERE setdatabase = d.oid) AS config FROM pg_database d WHERE datname = 'shop'`,
    );

  test('ends who is in, keeps everybody out but superusers, whom it names, and goes away as if it had never been', async () => {
    const before = await state();
    const inside = await connectAs('app', 'shop');
    const ended = new Promise((resolve) => inside.once('end', resolve));
    const captured = await run({ engine: 'postgresql', verb: 'captureFence', at: server.at, databases: ['shop'] });
    expect(captured.holes[0]).toBe('Superusers can still connect and write: admin.');
    expect(await run({ ...scope(1), verb: 'fence', captured })).toMatchObject({ changed: ['shop'], ended: 1 });
    await ended;
    await expect(insertAs('app')).rejects.toThrow(/too many connections/);
    await expect(insertAs('admin')).rejects.toThrow(/read-only/);
    await insertAs('app', 'other');
    await run({ ...scope(1), verb: 'fence', captured });

    expect(await run({ ...scope(2), verb: 'unfence', captured })).toEqual({ changed: ['shop'], missing: [] });
    expect(await state()).toEqual(before);
    await insertAs('app');
    await run({ ...scope(2), verb: 'unfence', captured });
    expect(await state()).toEqual(before);
  }, 30_000);

  test('does not go with a copy of what it surrounds, which is proved equal and has what the source had before', async () => {
    await server.query('postgres', 'ALTER DATABASE shop SET work_mem = 8192');
    const captured = await run({ engine: 'postgresql', verb: 'captureFence', at: server.at, databases: ['shop'] });
    await run({ ...scope(1), run: 'copies', verb: 'fence', captured });
    await run({ ...scope(1), run: 'copies', verb: 'copy', step: 's', from: 'shop', to: 'copied' });
    expect(await run({ engine: 'postgresql', verb: 'verify', at: server.at, from: 'shop', to: 'copied' })).toMatchObject({ equal: true, differences: [] });
    const of = (name: string) =>
      server.query(
        'postgres',
        `SELECT datconnlimit AS limit, (SELECT setconfig::text FROM pg_db_role_setting WHERE setdatabase = d.oid) AS config FROM pg_database d WHERE datname = '${name}'`,
      );
    expect(await of('copied')).toEqual([{ limit: 7, config: '{work_mem=8192}' }]);
    await run({ ...scope(2), run: 'copies', verb: 'unfence', captured });
    expect(await of('shop')).toEqual(await of('copied'));
    await insertAs('app', 'copied');
  }, 30_000);

  test('is not captured around a database that is not there; one that is gone is passed over', async () => {
    const asked = run({ engine: 'postgresql', verb: 'captureFence', at: server.at, databases: ['shop', 'none'] });
    await expect(asked).rejects.toMatchObject({ type: 'NotFound', message: 'There is no database none.' });
    const captured = { method: 'connections', databases: [{ name: 'none', connectionLimit: -1, readOnly: null }], holes: [] } as const;
    expect(await run({ ...scope(2), verb: 'unfence', captured })).toEqual({ changed: [], missing: ['none'] });
  });

  test('stands once those who were told to end are gone: none of them commits after it', async () => {
    const busy = await connectAs('app', 'shop');
    const dying = busy.query('BEGIN; INSERT INTO item SELECT i FROM generate_series(1, 300000) i; COMMIT').catch(() => undefined);
    const captured = await run({ engine: 'postgresql', verb: 'captureFence', at: server.at, databases: ['shop'] });
    await run({ ...scope(1), verb: 'fence', captured });
    const count = () => server.query('shop', 'SELECT count(*) FROM item');
    const [now, there] = [await count(), await server.query('postgres', `SELECT pid FROM pg_stat_activity WHERE usename = 'app'`)];
    await dying;
    expect(there).toEqual([]);
    expect(await count()).toEqual(now);
    await run({ ...scope(1), verb: 'unfence', captured });
  }, 30_000);
});
