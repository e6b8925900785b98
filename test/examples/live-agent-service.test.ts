import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { rowsSql, sizeOf } from '../../examples/live-agent/seed/rows.js';
import { type App, answerApp } from '../../examples/live-agent/service/app.js';
import { seededFile, seedFiles } from '../../examples/live-agent/service/attachments.js';
import { inUtc, readOnly } from '../../examples/live-agent/service/database.js';
import type { Job } from '../../examples/live-agent/service/keys.js';
import { migrate } from '../../examples/live-agent/service/migrate.js';
import { answerOdata } from '../../examples/live-agent/service/odata.js';
import { schemaProblem } from '../../examples/live-agent/service/ready.js';
import { SchemaTooOld, schemaVersionOf, stepsFrom } from '../../examples/live-agent/service/schema.js';
import { openDatabase } from '../../examples/shared/database.js';
import { columnsSql, fingerprintSql, sequencesSql } from '../../examples/shared/fingerprint-sql.js';
import { describeWithPostgres, type Postgres, startPostgres } from '../copier/postgres/support/server.js';

describe('the schema', () => {
  const [old, now] = [schemaVersionOf('4.43.0'), schemaVersionOf('4.44.0')];
  const versions = (found: number, product: string) => stepsFrom(found, product).map(({ version }) => version);

  it('goes from nothing to the product’s version, and from the last version one step on', () => {
    expect([versions(0, '4.43.0'), versions(0, '4.44.0'), versions(old, '4.44.0'), versions(now, '4.44.0')]).toEqual([[old], [old, now], [now], []]);
  });

  it('refuses one that is older than the last version’s, and leaves one that is newer', () => {
    expect(() => versions(old - 1, '4.44.0')).toThrow(SchemaTooOld);
    expect(versions(now, '4.43.0')).toEqual([]);
    expect(() => schemaVersionOf('3.0.0')).toThrow('3.0.0');
  });
});

describe('the seed', () => {
  it('knows how many messages a gibibyte is, and never writes fewer than attachments need', () => {
    expect(sizeOf({ gib: 1 }).messages).toBeGreaterThan(1_000_000);
    expect(sizeOf({ gib: 0, files: 5000 })).toEqual({ seed: 1, messages: 5000, files: 5000 });
  });
});

const product = 'live_agent_production';
const small = sizeOf({ gib: 0, files: 60 });

async function pool(server: Postgres): Promise<pg.Pool> {
  await server.query('postgres', `CREATE DATABASE ${product}`);
  return openDatabase({ host: server.at.host, port: server.at.port ?? 5432, database: product, user: 'postgres', password: server.at.user.password }, inUtc);
}

async function fingerprint(server: Postgres, columns?: Readonly<Record<string, readonly string[]>>) {
  const one = async (sql: string) => Object.values((await server.query(product, sql))[0] ?? {})[0] as Record<string, never>;
  return { tables: await one(fingerprintSql(columns ?? (await one(columnsSql)))), sequences: await one(sequencesSql) };
}

describeWithPostgres(11, 15)('the product on real servers', () => {
  let servers: readonly [old: Postgres, now: Postgres];
  let database: pg.Pool;
  const jobs: Job[] = [];
  let onboards = true;
  const keys = {
    onboards: async () => onboards,
    finishOnboarding: async () => {
      onboards = false;
      return true;
    },
    push: async (job: Job) => void jobs.push(job),
  } as unknown as App['keys'];
  const app = async (changes: Partial<App> = {}) =>
    answerApp({ version: '4.43.0', pool: database, keys, files: await mkdtemp(join(tmpdir(), 'files-')), started: () => true, ...changes });
  const get = (path: string, search = '') => ({ method: 'GET', path, search, body: '' });
  const post = (path: string, body: unknown = '') => ({ method: 'POST', path, search: '', body: JSON.stringify(body) });

  beforeAll(async () => {
    servers = [await startPostgres(11), await startPostgres(15)];
    database = await pool(servers[0]);
  }, 60_000);
  afterAll(async () => {
    await database?.end();
    for (const server of servers ?? []) await server.stop();
  });

  it('does not serve before its migration, and then does; a migration that is repeated changes nothing', async () => {
    expect(await (await app())(get('/'))).toMatchObject({ status: 503, body: { database: expect.stringContaining('the migration has not run') } });
    expect(await migrate(database, '4.43.0')).toEqual([schemaVersionOf('4.43.0')]);
    expect(await migrate(database, '4.43.0')).toEqual([]);
    expect(await (await app())(get('/'))).toMatchObject({ status: 200, body: { screen: 'onboarding' } });
    expect(await (await app({ started: () => false }))(get('/'))).toMatchObject({ status: 503 });
    expect(await (await app({ files: '/not/there' }))(get('/'))).toMatchObject({ status: 503, body: { files: expect.stringContaining('/not/there') } });
    expect(await (await app())(post('/onboarding'))).toEqual({ status: 200, body: { finished: true } });
    expect(await (await app())(get('/'))).toMatchObject({ status: 200, body: { screen: 'inbox' } });
  });

  it('is seeded with equal rows by equal numbers, whatever the server’s version; another seed makes others', async () => {
    await servers[0].query(product, rowsSql(small));
    const [first, other] = [await fingerprint(servers[0]), await pool(servers[1])];
    await migrate(other, '4.43.0');
    await other.end();
    await servers[1].query(product, rowsSql(small));
    expect(await fingerprint(servers[1])).toEqual(first);
    expect(first.tables).toMatchObject({ messages: { rows: 1000 }, conversations: { rows: 62 }, attachments: { rows: 60 }, users: { rows: 200 } });
    await servers[1].query(product, rowsSql({ ...small, seed: 2 }));
    const second = await fingerprint(servers[1]);
    for (const table of ['users', 'contacts', 'messages', 'attachments']) expect([table, second.tables[table]]).not.toEqual([table, first.tables[table]]);
  });

  it('keeps its indexes and triggers when it is seeded', async () => {
    const sql = `SELECT indexdef AS definition FROM pg_indexes WHERE schemaname = 'public' UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'
      ORDER BY definition`;
    const definitions = await servers[0].query(product, sql);
    expect(definitions).toHaveLength(22);
    await servers[0].query(product, rowsSql(small));
    expect(await servers[0].query(product, sql)).toEqual(definitions);
  });

  it('is seeded with rows that keep to every foreign key', async () => {
    const keysOf = `SELECT conrelid::regclass::text AS child, confrelid::regclass::text AS parent, (SELECT attname FROM pg_attribute WHERE attrelid = conrelid AND attnum = conkey[1]) AS name
      FROM pg_constraint WHERE contype = 'f'`;
    const foreign = await servers[0].query<{ child: string; parent: string; name: string }>(product, keysOf);
    expect(foreign.length).toBeGreaterThan(8);
    for (const { child, parent, name } of foreign) {
      const sql = `SELECT count(*)::integer AS orphans FROM ${child} c WHERE ${name} IS NOT NULL AND NOT EXISTS (SELECT FROM ${parent} p WHERE p.id = c.${name})`;
      expect([child, name, await servers[0].query(product, sql)]).toEqual([child, name, [{ orphans: 0 }]]);
    }
  });

  it('has files that are what their rows say, and notices one that is not', async () => {
    const files = await mkdtemp(join(tmpdir(), 'files-'));
    await seedFiles(files, small.seed, small.files);
    const serve = await app({ files });
    for (const id of [1, 25, 60]) expect(await serve(get(`/attachments/${id}`))).toMatchObject({ status: 200, body: { intact: true } });
    await writeFile(join(files, seededFile(small.seed, 25).path), 'other');
    expect(await serve(get('/attachments/25'))).toMatchObject({ status: 200, body: { intact: false } });
    expect((await serve(get('/attachments/61'))).status).toBe(404);
  });

  it('takes a conversation, gives it the next number, and shows it first', async () => {
    const serve = await app();
    const { status, body } = await serve(post('/conversations', { name: 'Ada', text: 'Hello?' }));
    expect([status, jobs]).toEqual([201, [body]]);
    const { conversation } = body as { conversation: string };
    expect(await serve(get(`/conversations/${conversation}`))).toMatchObject({
      body: { display_id: '1063', contact: 'Ada', messages: [{ content: 'Hello?' }] },
    });
    expect(await serve(get('/conversations', '?page=1'))).toMatchObject({ body: { conversations: { 0: { id: conversation }, length: 25 } } });
    expect(await serve(get('/conversations', '?page=3'))).toMatchObject({ body: { conversations: { length: 13 } } });
    for (const bad of [get('/conversations', '?page=0'), post('/conversations', { name: '' })]) expect((await serve(bad)).status).toBe(400);
  });

  it('lets reports read and not write', async () => {
    const { host, port = 5432, user } = servers[0].at;
    const reports = openDatabase({ host, port, database: product, user: 'postgres', password: user.password }, readOnly);
    const serve = answerOdata(reports, '4.43.0');
    expect(await serve(get('/odata/Messages', '?$top=2&$skip=1'))).toMatchObject({ status: 200, body: { value: [{ id: '2' }, { id: '3' }] } });
    expect((await serve(get('/odata/pg_authid'))).status).toBe(404);
    await expect(reports.query('DELETE FROM messages')).rejects.toThrow('read-only');
    await reports.end();
  });

  it('goes on to 4.44 with the rows it has, and 4.44 starts on nothing older', async () => {
    const before = await fingerprint(servers[0]);
    const columns = Object.values((await servers[0].query(product, columnsSql))[0] ?? {})[0] as Record<string, string[]>;
    expect(await schemaProblem(database, '4.44.0')).toContain('the migration has not run');
    expect(await migrate(database, '4.44.0')).toEqual([schemaVersionOf('4.44.0')]);
    expect([await schemaProblem(database, '4.44.0'), await schemaProblem(database, '4.43.0')]).toEqual([undefined, undefined]);
    expect((await fingerprint(servers[0], columns)).tables).toEqual(before.tables);
    expect((await fingerprint(servers[0])).tables).not.toEqual(before.tables);
    await database.query('DELETE FROM schema_migrations; INSERT INTO schema_migrations VALUES (1)');
    await expect(migrate(database, '4.44.0')).rejects.toThrow(SchemaTooOld);
  });
});
