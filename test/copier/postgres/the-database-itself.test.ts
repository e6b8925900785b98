import { openPostgres } from '../../../src/adapters/postgres/open.js';
import type { PostgresSession } from '../../../src/adapters/postgres/session.js';
import { compareLocales, createDatabase, localeOf, requireLocale } from '../../../src/copier/postgres/database-locale.js';
import { compareProperties, readProperties } from '../../../src/copier/postgres/database-properties.js';
import type { DatabaseLocale } from '../../../src/model/backup.js';
import { run } from './support/run.js';
import { describeWithPostgres, type Postgres, startPostgres } from './support/server.js';

describeWithPostgres(16, 18)('what belongs to the database itself', () => {
  let source: Postgres;
  let target: Postgres;

  beforeAll(async () => {
    [source, target] = await Promise.all([startPostgres(16), startPostgres(18)]);
    // Not in the order of their names: roles are made by name on the target.
    await source.query('postgres', 'CREATE ROLE reporter; CREATE ROLE "Odd role"; CREATE ROLE app LOGIN');
  }, 60_000);

  afterAll(() => Promise.all([source?.stop(), target?.stop()]));

  const request = (name: string) => ({ engine: 'postgresql', at: target.at, source: source.at, from: name, to: name }) as const;
  const copy = (name: string) => run({ ...request(name), verb: 'copy', run: 'r', epoch: 1, step: 's' });
  const verify = (name: string) => run({ ...request(name), verb: 'verify' });

  async function withSession<T>(server: Postgres, database: string, use: (session: PostgresSession) => Promise<T>): Promise<T> {
    const session = await openPostgres(server.at, { database, applicationName: 'test' });
    try {
      return await use(session);
    } finally {
      await session.close();
    }
  }

  test('rights of several roles, in whatever order they were made, and settings come along and prove equal', async () => {
    await source.query('postgres', 'CREATE DATABASE shop OWNER app CONNECTION LIMIT 0');
    await source.query(
      'postgres',
      `COMMENT ON DATABASE shop IS 'of the shop'; REVOKE ALL ON DATABASE shop FROM PUBLIC; GRANT CONNECT ON DATABASE shop TO reporter, app, "Odd role" WITH GRANT OPTION;
       ALTER DATABASE shop SET work_mem = '8MB'; ALTER DATABASE shop SET "DateStyle" = 'ISO, DMY'; ALTER DATABASE shop SET application_name = 'shop'`,
    );
    await copy('shop');
    expect(await verify('shop')).toMatchObject({ equal: true, differences: [] });
    const found = await withSession(target, 'shop', readProperties);
    expect(found).toMatchObject({ owner: 'app', comment: 'of the shop', connectionLimit: 0 });
    expect(found.grants?.map(({ to }) => to).toSorted()).toEqual(expect.arrayContaining(['"Odd role"', 'app', 'reporter']));
  }, 30_000);

  test.each([
    [`ALTER DATABASE shop OWNER TO reporter`, 'owner'],
    [`GRANT TEMPORARY ON DATABASE shop TO reporter`, 'grants'],
    [`ALTER DATABASE shop SET work_mem = '9MB'`, 'settings'],
    [`ALTER DATABASE shop CONNECTION LIMIT -1`, 'connectionLimit'],
    [`COMMENT ON DATABASE shop IS 'of another'`, 'comment'],
  ])('%s is found', async (statement, field) => {
    const wanted = await withSession(source, 'shop', readProperties);
    await target.query('postgres', statement);
    expect(await withSession(target, 'shop', async (session) => compareProperties(wanted, await readProperties(session)))).toContain(
      `Database: another ${field}.`,
    );
  });

  test.each([
    ['libc', `LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'`, { provider: 'libc', collate: 'C', ctype: 'C.UTF-8' }],
    ['latin', `ENCODING LATIN1 LC_COLLATE 'C' LC_CTYPE 'C'`, { encoding: 'LATIN1', collate: 'C' }],
    ['builtin', `LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LC_COLLATE 'C'`, { provider: 'builtin', locale: 'C.UTF-8', collate: 'C' }],
  ])(
    'it sorts as the source does: %s',
    async (name, clauses, wanted) => {
      // Only a newer server knows it: within one.
      const of = name === 'builtin' ? target : source;
      await of.query('postgres', `CREATE DATABASE ${name} TEMPLATE template0 ${clauses}`);
      await of.query(name, `CREATE TABLE item (name text PRIMARY KEY); INSERT INTO item VALUES ('a10'), ('a9'), ('B'), ('g')`);
      const both = { engine: 'postgresql', at: target.at, source: of.at, from: name, to: `new_${name}` } as const;
      await run({ ...both, verb: 'copy', run: 'r', epoch: 1, step: 's' });
      expect(await run({ ...both, verb: 'verify' })).toMatchObject({ equal: true, differences: [] });
      expect(await withSession(target, `new_${name}`, localeOf)).toMatchObject(wanted);
    },
    30_000,
  );

  test('another locale is found', async () => {
    const [of16, of18] = [await withSession(source, 'libc', localeOf), await withSession(target, 'builtin', localeOf)];
    expect(compareLocales(of16, of18)).toContain('Database: provider libc is wanted, builtin is there.');
    // As an older backup tells it.
    const { provider: _, ...told } = of16;
    expect(compareLocales(told, { ...of16, collate: 'C.UTF-8' })).toEqual(['Database: collate C is wanted, C.UTF-8 is there.']);
  });

  const unknown: DatabaseLocale = { encoding: 'UTF8', collate: 'xx_XX.UTF-8', ctype: 'xx_XX.UTF-8', provider: 'libc', locale: null, rules: null };

  test('a locale that the server lacks is named, before anything is made and when it is', async () => {
    await withSession(target, 'postgres', async (session) => {
      const named = { type: 'MissingLocale', message: expect.stringContaining('xx_XX.UTF-8') };
      await expect(requireLocale(session, unknown)).rejects.toMatchObject(named);
      await expect(createDatabase(session, 'never', unknown)).rejects.toMatchObject(named);
      await requireLocale(session, await localeOf(session));
      // The builds of these servers know no ICU.
      const icu: DatabaseLocale = { ...unknown, collate: 'C', ctype: 'C.UTF-8', provider: 'icu', locale: 'de', rules: '&a < g' };
      const clauses = { type: 'MissingLocale', message: expect.stringContaining(`LOCALE_PROVIDER icu ICU_LOCALE 'de' ICU_RULES '&a < g'`) };
      await expect(requireLocale(session, icu)).rejects.toMatchObject(clauses);
      await expect(createDatabase(session, 'never', icu)).rejects.toMatchObject(clauses);
      await requireLocale(session, { ...unknown, collate: 'C', ctype: 'C.UTF-8', provider: 'builtin', locale: 'C.UTF-8' });
      // Of another encoding, too.
      await expect(requireLocale(session, { ...unknown, encoding: 'LATIN1' })).rejects.toMatchObject(named);
      await requireLocale(session, { ...unknown, encoding: 'LATIN1', collate: 'C', ctype: 'C' });
      expect(await session.query(`SELECT datname FROM pg_database WHERE datname = 'never'`)).toEqual([]);
    });
  });
});
