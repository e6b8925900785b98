import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PostgresContext } from '../../../src/copier/postgres/context.js';
import { precopyOf } from './support/precopy.js';
import { run } from './support/run.js';
import { describeWithPostgres, type Postgres, startPostgres } from './support/server.js';
import { shop } from './support/shop.js';

describeWithPostgres(16, 18)('a copy ahead is refused', () => {
  let source: Postgres;
  let target: Postgres;

  beforeAll(async () => {
    [source, target] = await Promise.all([startPostgres(16), startPostgres(18)]);
    // In its own file, where a test can take it back: what stands on the command line stays.
    await source.query('postgres', 'ALTER SYSTEM SET wal_level = logical');
    await source.restart();
    for (const server of [source, target]) {
      await server.query('postgres', 'CREATE DATABASE plain');
      await server.query('plain', 'CREATE TABLE item (id integer PRIMARY KEY)');
      await server.query('postgres', `CREATE ROLE clerk LOGIN PASSWORD 'clerk'; GRANT pg_read_all_data TO clerk`);
    }
  }, 60_000);

  afterAll(() => Promise.all([source?.stop(), target?.stop()]));

  const check = (more: object = {}, context: Partial<PostgresContext> = {}) =>
    run({ engine: 'postgresql', verb: 'checkPrecopy', at: target.at, source: source.at, from: 'plain', to: 'new', ...more }, context).then(
      ({ problems }) => problems,
    );
  const clerk = { name: 'clerk', password: 'clerk' };

  test('not where nothing stands against it, and looking leaves nothing behind', async () => {
    expect(await check()).toEqual([]);
    expect(await target.query('postgres', 'SELECT 1 FROM pg_subscription')).toEqual([]);
  });

  test('for what a subscription does not carry, each by its name', async () => {
    await source.query('postgres', 'CREATE DATABASE shop');
    await source.query('shop', shop);
    const keyless = 'sales.Odd "Name", sales.child, sales.event_2025, sales.event_2026, sales.parent';
    expect(await check({ from: 'shop' })).toEqual([
      `${keyless}: neither primary key nor replica identity; give it a key, or REPLICA IDENTITY FULL.`,
      'sales.cache: unlogged tables are not replicated; ALTER TABLE … SET LOGGED first.',
      '20 large objects: they are not replicated.',
    ]);
    await expect(run(precopyOf(source, target, 'refused'))).rejects.toMatchObject({ type: 'PreflightFailed', message: expect.stringContaining('sales.cache') });
    expect(await source.query('shop', 'SELECT 1 FROM pg_publication')).toEqual([]);
    expect(await target.query('postgres', `SELECT 1 FROM pg_database WHERE datname = 'new_refused'`)).toEqual([]);
  }, 20_000);

  test('for what a copy in the window would be refused for, too', async () => {
    const extensions = join(source.programs, 'share/postgresql/extension');
    writeFileSync(join(extensions, 'odd.control'), "default_version = '1'");
    writeFileSync(join(extensions, 'odd--1.sql'), 'SELECT 1;');
    await source.query('postgres', 'CREATE DATABASE odd');
    await source.query('odd', 'CREATE EXTENSION odd');
    const missing = "The source uses extensions that the target's server does not bring: odd.";
    expect(await check({ from: 'odd' })).toEqual([missing]);
    await expect(run(precopyOf(source, target, 'odd', { from: 'odd' }))).rejects.toMatchObject({ type: 'MissingExtension', message: missing });
    expect(await target.query('postgres', `SELECT 1 FROM pg_database WHERE datname = 'new_odd'`)).toEqual([]);
    const clients = { majors: async () => [15, 16] } as unknown as PostgresContext['clients'];
    expect(await check({}, { clients })).toEqual([expect.stringContaining('the image has 15, 16')]);
  });

  test('where the target does not reach the source, though the copier does', async () => {
    // The copier resolves it to the source; for the target's server a setting of libpq stands in the way.
    const [problem] = await check({ source: { ...source.at, tls: { insecure: true } } }).catch((error: Error) => [error.message]);
    expect(problem).toMatch(/SSL|does not reach/i);
    await source.query(
      'postgres',
      `COPY (SELECT 'host all rehelm_probe all reject' UNION ALL SELECT 'host all all all scram-sha-256') TO '${source.data}/pg_hba.conf'`,
    );
    await source.query('postgres', 'SELECT pg_reload_conf()');
    await source.query('postgres', 'SELECT pg_sleep(0.3)');
    expect(await check()).toEqual([expect.stringMatching(/^The target's server does not reach the source at 127\.0\.0\.1: .*pg_hba\.conf rejects/)]);
    await source.query('postgres', `COPY (SELECT 'host all all all scram-sha-256') TO '${source.data}/pg_hba.conf'`);
    await source.query('postgres', 'SELECT pg_reload_conf()');
  });

  test('where both are behind one Service, or are one server', async () => {
    const one = ['Source and target are one server, or behind one Service: they never live side by side.'];
    expect(await check({ at: source.at })).toEqual(one);
    expect(await check({ at: { ...source.at, host: 'localhost' } })).toEqual(one);
  });

  test('where the copier is no superuser', async () => {
    expect(await check({ source: { ...source.at, user: clerk } })).toEqual(['The copier is no superuser of the source.']);
    expect(await check({ at: { ...target.at, user: clerk } })).toEqual(['The copier is no superuser of the target.']);
  });

  test('where no slot, sender or worker is left, and where the source tells too little of its WAL', async () => {
    await source.query('postgres', 'ALTER SYSTEM SET wal_level = replica');
    await source.query('postgres', 'ALTER SYSTEM SET max_replication_slots = 2');
    await source.query('postgres', 'ALTER SYSTEM SET max_wal_senders = 1');
    await target.query('postgres', 'ALTER SYSTEM SET max_logical_replication_workers = 2');
    await target.query('postgres', 'ALTER SYSTEM SET max_active_replication_origins = 0');
    await Promise.all([source.restart(), target.restart()]);
    expect(await check()).toEqual([
      'The source has wal_level = replica; it takes logical, and a restart.',
      "The source's replication slots (max_replication_slots): 2 free, 3 needed.",
      "The source's WAL senders (max_wal_senders): 1 free, 3 needed.",
      "The target's workers for replication (max_logical_replication_workers, max_worker_processes): 2 free, 3 needed.",
      "The target's replication origins (max_active_replication_origins): 0 free, 3 needed.",
    ]);
  }, 20_000);
});
