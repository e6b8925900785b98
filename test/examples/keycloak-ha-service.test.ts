import { jest } from '@jest/globals';
import pg from 'pg';
import { rowsSql, seededLogin, sizeOf } from '../../examples/keycloak-ha/seed/rows.js';
import { answerApp } from '../../examples/keycloak-ha/service/app.js';
import { changeSets } from '../../examples/keycloak-ha/service/change-sets.js';
import { logIn } from '../../examples/keycloak-ha/service/login.js';
import { ensureRealm } from '../../examples/keycloak-ha/service/realm.js';
import { DatabaseAway, isLost, reconnecting } from '../../examples/keycloak-ha/service/reconnect.js';
import { ensureSchema } from '../../examples/keycloak-ha/service/schema.js';
import { inTransaction, openDatabase } from '../../examples/shared/database.js';
import { type Columns, columnsSql, fingerprintSql, sequencesSql } from '../../examples/shared/fingerprint-sql.js';
import { describeWithPostgres, type Postgres, startPostgres } from '../copier/postgres/support/server.js';

const lostConnection = () => new Error('Connection terminated unexpectedly');
const sqlError = (code: string) => Object.assign(new pg.DatabaseError('no', 2, 'error'), { code });

describe('a lost connection', () => {
  it('is one that broke, or a server that cannot take writes now; not a mistake', () => {
    for (const code of ['57P01', '25006', '08006', '57P03']) expect([code, isLost(sqlError(code))]).toEqual([code, true]);
    for (const code of ['42P01', '23505', '28P01']) expect([code, isLost(sqlError(code))]).toEqual([code, false]);
    expect([isLost(lostConnection()), isLost(new TypeError('x is not a function'))]).toEqual([true, false]);
  });

  it('is tried again until the time is over, and anything else once', async () => {
    let calls = 0;
    const failing = (error: Error) => async () => {
      calls += 1;
      throw error;
    };
    await expect(reconnecting(failing(lostConnection()), 300)).rejects.toThrow(DatabaseAway);
    expect(calls).toBeGreaterThan(1);
    calls = 0;
    await expect(reconnecting(failing(sqlError('42P01')))).rejects.toThrow('no');
    expect(calls).toBe(1);
  });
});

const product = 'keycloak';
const small = sizeOf({ gib: 0 });
const admin = { user: 'admin', password: 'admin-canary' };

describeWithPostgres(15)('the identity service on a real server', () => {
  let server: Postgres;
  let database: pg.Pool;
  const get = (path: string, search = '') => answerApp({ version: '1.4.0', pool: database })({ method: 'GET', path, search, body: '' });
  const login = (body: unknown) =>
    answerApp({ version: '1.4.0', pool: database })({ method: 'POST', path: '/realms/main/login', search: '', body: JSON.stringify(body) });
  const one = async (sql: string) => Object.values((await server.query(product, sql))[0] ?? {})[0];
  const events = (id: unknown) => server.query(product, `SELECT type, error, user_id FROM event_entity WHERE id = '${id}'`);

  beforeAll(async () => {
    jest.spyOn(console, 'error').mockImplementation(() => undefined);
    server = await startPostgres(15);
    await server.query('postgres', `CREATE DATABASE ${product}`);
    const { host, port = 5432, user } = server.at;
    database = openDatabase({ host, port, database: product, user: 'postgres', password: user.password }, { query_timeout: 5000 });
  }, 60_000);
  afterAll(async () => {
    await database?.end();
    await server?.stop();
    jest.restoreAllMocks();
  });

  it('is not ready without its schema, makes it once, and then is', async () => {
    expect(await get('/health/ready')).toMatchObject({ status: 503, body: { problem: 'the schema is not there' } });
    const made = await Promise.all([ensureSchema(database), ensureSchema(database)]);
    expect(made.flat()).toEqual(changeSets.map(({ id }) => id));
    expect(await get('/health/ready')).toEqual({ status: 200, body: { status: 'UP', version: '1.4.0' } });
  });

  it('is not ready while a change set is missing, or nobody takes a write', async () => {
    await server.query(product, "UPDATE databasechangelog SET id = 'hidden' WHERE id = '8.0.0-events'");
    expect(await get('/health/ready')).toMatchObject({ status: 503, body: { problem: 'change sets are missing: 8.0.0-events' } });
    await server.query(
      product,
      "UPDATE databasechangelog SET id = '8.0.0-events' WHERE id = 'hidden'; ALTER DATABASE keycloak SET default_transaction_read_only = on",
    );
    await server.restart();
    expect(await reconnecting(() => get('/health/ready'))).toMatchObject({ status: 503 });
    expect(await reconnecting(() => get('/health/ready'))).toMatchObject({ body: { problem: expect.stringContaining('read-only') } });
    await server.query('postgres', 'ALTER DATABASE keycloak RESET default_transaction_read_only');
    await server.restart();
  });

  it('makes the administrator in a database without users, never in another', async () => {
    expect([await ensureRealm(database, admin), await ensureRealm(database, { user: 'other', password: 'x' })]).toEqual([true, false]);
    expect((await login(admin)).status).toBe(200);
    expect((await login({ user: 'other', password: 'x' })).status).toBe(401);
  });

  it('is seeded with equal rows by equal numbers and keeps its administrator; another seed makes others', async () => {
    await server.query(product, rowsSql(small));
    const columns = (await one(columnsSql)) as Columns;
    const tables = async () => (await one(fingerprintSql(columns))) as Record<string, { rows: number; md5: string }>;
    const first = await tables();
    expect(first).toMatchObject({ user_entity: { rows: 201 }, credential: { rows: 201 }, event_entity: { rows: 1200 }, offline_user_session: { rows: 600 } });
    expect(Object.keys(first)).toEqual(expect.arrayContaining(['databasechangelog', 'realm', 'client', 'user_role_mapping', 'keycloak_role']));
    await server.query(product, rowsSql({ ...small, seed: 2 }));
    const second = await tables();
    for (const table of ['user_entity', 'credential', 'client', 'event_entity']) expect([table, second[table]]).not.toEqual([table, first[table]]);
    await server.query(product, rowsSql(small));
    expect(await tables()).toEqual(first);
    expect((await login(admin)).status).toBe(200);
    expect(await one(sequencesSql)).toEqual({});
  });

  it('is seeded with rows that keep to every foreign key', async () => {
    const keys = await server.query<{ child: string; key: string }>(
      product,
      "SELECT conrelid::regclass::text AS child, conname AS key FROM pg_constraint WHERE contype = 'f'",
    );
    expect(keys).toHaveLength(6);
    for (const { child, key } of keys) {
      const definition = await one(`SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = '${key}'`);
      await server.query(product, `ALTER TABLE ${child} DROP CONSTRAINT ${key}; ALTER TABLE ${child} ADD CONSTRAINT ${key} ${definition}`);
    }
  });

  it('takes a seeded user’s password, no other, and writes an event each time', async () => {
    const right = await login(seededLogin(17));
    expect([right.status, await events((right.body as { event: string }).event)]).toEqual([200, [{ type: 'LOGIN', error: null, user_id: expect.any(String) }]]);
    const wrong = await login({ ...seededLogin(17), password: 'lab-only-18' });
    expect([wrong.status, await events((wrong.body as { event: string }).event)]).toMatchObject([
      401,
      [{ type: 'LOGIN_ERROR', error: 'invalid_user_credentials' }],
    ]);
    expect(await login(seededLogin(100))).toMatchObject({ status: 401, body: { error: 'user_not_found' } }); // is not enabled
    expect((await login({ user: '' })).status).toBe(400);
  });

  it('lists users by name, page by page', async () => {
    expect(await get('/realms/main/users', '?first=1&max=2')).toMatchObject({ status: 200, body: [{ username: 'user0000001' }, { username: 'user0000002' }] });
    expect((await get('/realms/main/users', '?first=195')).body).toHaveLength(6);
    expect((await get('/realms/main/users', '?first=-1')).status).toBe(400);
    expect((await get('/realms/other/users')).status).toBe(404);
  });

  it('loses no acknowledged event and writes none twice while its server ends and starts again', async () => {
    const before = Number(await one("SELECT count(*)::int FROM event_entity WHERE type = 'LOGIN' AND details_json ? 'username'"));
    const answers: unknown[] = [];
    let restarted = false;
    const worker = async (first: number) => {
      for (let n = first; !restarted; n += 1) answers.push(await login(seededLogin(1 + (n % 99))));
    };
    const workers = [0, 20, 40, 60].map(worker);
    while (answers.length < 20) await new Promise((next) => setTimeout(next, 10));
    await server.restart();
    restarted = true;
    await Promise.all(workers);
    expect(new Set(answers.map((answer) => (answer as { status: number }).status))).toEqual(new Set([200]));
    expect(await one("SELECT count(*)::int FROM event_entity WHERE type = 'LOGIN' AND details_json ? 'username'")).toBe(before + answers.length);
  }, 30_000);

  it('survives a connection that ends between two queries of a transaction', async () => {
    const lost = inTransaction(database, async (client) => {
      const { rows } = await client.query('SELECT pg_backend_pid() AS pid');
      await server.query(product, `SELECT pg_terminate_backend(${rows[0].pid})`);
      await new Promise((next) => setTimeout(next, 200));
      return client.query('SELECT 1');
    });
    expect(isLost(await lost.catch((error: unknown) => error))).toBe(true);
  });

  it('writes one event when the answer to a commit is lost', async () => {
    let commits = 0;
    const client = async () => {
      const real = await database.connect();
      const query = async (text: string, values?: unknown[]) => {
        const result = await real.query(text, values);
        if (text === 'COMMIT' && ++commits === 1) throw lostConnection();
        return result;
      };
      return { query, release: () => real.release(), on: () => undefined, off: () => undefined };
    };
    const { event } = await logIn({ connect: client } as unknown as pg.Pool, seededLogin(5));
    expect([commits, await events(event)]).toMatchObject([2, [{ type: 'LOGIN' }]]);
  });
});
