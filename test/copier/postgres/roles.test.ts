import pg from 'pg';
import { dumpOf, restoreOf, volume } from './support/backups.js';
import { run } from './support/run.js';
import { describeWithPostgres, type Postgres, startPostgres } from './support/server.js';

/** Everybody has rights in the shop by another way; who is a stranger to it has none. */
const people = (major: number) => `
  CREATE ROLE readers NOLOGIN; CREATE ROLE inner_circle NOLOGIN IN ROLE readers;
  CREATE ROLE app LOGIN PASSWORD 'app-canary' CREATEROLE IN ROLE inner_circle; GRANT pg_monitor TO app;
  CREATE ROLE later LOGIN NOINHERIT VALID UNTIL '2040-01-01'; GRANT readers TO later WITH ADMIN OPTION;
  CREATE ROLE only_settings LOGIN; CREATE ROLE stranger LOGIN; GRANT pg_monitor TO stranger; CREATE ROLE root SUPERUSER LOGIN; GRANT readers TO root;
  CREATE ROLE heir LOGIN; GRANT postgres TO heir;
  ALTER ROLE app SET search_path = sales, "Odd, one", ''; ALTER ROLE app SET work_mem = '9MB'; ALTER ROLE app SET "my.own" = 'it''s \\ this';
  ALTER ROLE later SET search_path = ''; ALTER ROLE readers SET statement_timeout = 0; ALTER ROLE ALL SET lock_timeout = '1h';
  ${major < 12 ? 'ALTER ROLE readers SET operator_precedence_warning = on;' : ''}
  ${major < 16 ? '' : 'CREATE ROLE maker LOGIN; GRANT readers TO maker WITH ADMIN TRUE, INHERIT FALSE, SET FALSE; CREATE ROLE switcher LOGIN; GRANT readers TO switcher WITH INHERIT FALSE; CREATE ROLE drawn LOGIN; GRANT readers TO drawn WITH SET FALSE;'}
`;

const shop =
  'CREATE SCHEMA sales; CREATE TABLE sales.item (id integer PRIMARY KEY); GRANT USAGE ON SCHEMA sales TO readers; GRANT SELECT ON sales.item TO readers';

const pairs = [
  [11, 15],
  [15, 18],
  [16, 18],
] as const;

describe.each(pairs)('from PostgreSQL %i to %i', (from, to) => {
  describeWithPostgres(from, to)('roles', () => {
    let source: Postgres;
    let target: Postgres;
    const coming = ['app', 'inner_circle', 'later', 'only_settings', 'readers', ...(from < 16 ? [] : ['drawn', 'switcher'])].toSorted();

    beforeAll(async () => {
      [source, target] = await Promise.all([startPostgres(from), startPostgres(to)]);
      await source.query('postgres', 'CREATE DATABASE shop');
      await source.query('postgres', people(from));
      await source.query('shop', shop);
      await source.query('postgres', 'ALTER ROLE only_settings IN DATABASE shop SET search_path = sales');
    }, 60_000);

    afterAll(() => Promise.all([source?.stop(), target?.stop()]));

    const ofRun = (id: string) => ({ engine: 'postgresql', at: target.at, source: source.at, from: 'shop', to: `store_${id}` }) as const;
    const copy = (id: string) => run({ ...ofRun(id), verb: 'copy', run: id, epoch: 1, step: 's' });
    const verify = (id: string) => run({ ...ofRun(id), verb: 'verify', run: id });
    const drop = (id: string) => run({ engine: 'postgresql', verb: 'drop', at: target.at, run: id, epoch: 1, database: `store_${id}` });
    const there = async () =>
      (await target.query<{ name: string }>('postgres', `SELECT rolname AS name FROM pg_roles WHERE oid >= 16384 ORDER BY rolname COLLATE "C"`)).map(
        ({ name }) => name,
      );

    /** As somebody whom the product knows. */
    async function as<T extends object>(user: string, database: string, text: string): Promise<readonly T[]> {
      const client = new pg.Client({ host: target.at.host, port: target.at.port, user, password: `${user}-canary`, database });
      client.on('error', () => {});
      await client.connect();
      try {
        return (await client.query<T>(text)).rows;
      } finally {
        await client.end();
      }
    }

    test('come along with those who have rights only as members, with settings and memberships; nobody else does', async () => {
      const { roles } = await copy('one');
      expect(roles.made.filter((name) => name !== 'postgres')).toEqual(coming);
      expect(await there()).toEqual(coming);
      expect(roles.notes).toEqual([
        ...(from < 12 ? ['Role readers is without its setting operator_precedence_warning, which the target refuses.'] : []),
        'Role postgres was there and keeps what it has: another password.',
      ]);
      expect(await verify('one')).toMatchObject({ equal: true, differences: [] });
      expect(await as('app', 'store_one', 'SELECT FROM item')).toEqual([]);
      expect(
        await as('app', 'store_one', `SELECT current_setting('search_path') AS path, current_setting('my.own') AS own, current_setting('work_mem') AS memory`),
      ).toEqual([{ path: 'sales, "Odd, one", ""', own: "it's \\ this", memory: '9MB' }]);
    }, 60_000);

    test('have their memberships as the source had them', async () => {
      const options = to < 16 ? '' : `, 'inherit', m.inherit_option, 'set', m.set_option`;
      const [found] = await target.query<{ all: Readonly<Record<string, unknown>> }>(
        'postgres',
        `SELECT json_object_agg(r.rolname || ' of ' || g.rolname, json_build_object('admin', m.admin_option ${options})) AS all
         FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member JOIN pg_roles g ON g.oid = m.roleid WHERE r.oid >= 16384`,
      );
      const as15 = (admin: boolean, inherit = true, set = true) => ({ admin, ...(to >= 16 && { inherit, set }) });
      expect(found?.all).toEqual({
        ...{
          'inner_circle of readers': as15(false),
          'app of inner_circle': as15(false),
          'app of pg_monitor': as15(false),
          'later of readers': as15(true, false),
        },
        ...(from >= 16 && { 'switcher of readers': as15(false, false), 'drawn of readers': as15(false, true, false) }),
      });
    });

    test('go with the undo, and their settings', async () => {
      expect(await drop('one')).toEqual({ dropped: true, rolesLeft: [] });
      expect(await there()).toEqual([]);
      expect(await target.query('postgres', 'SELECT * FROM pg_db_role_setting')).toEqual([]);
    });

    test('are told by the inspection where they are more than the database’s, and where they stay behind', async () => {
      const { databases } = await run({ engine: 'postgresql', verb: 'inspect', at: source.at, databases: ['shop'] });
      expect(databases[0]?.roles).toEqual([...coming, 'postgres'].toSorted());
      expect(databases[0]?.notes).toEqual([
        'Roles come along, where the target has none of their names, with rights in all of its server: app (CREATEROLE, in pg_monitor), postgres (SUPERUSER, CREATEROLE, REPLICATION, BYPASSRLS).',
        'Superusers, their members and the copier do not come along for being members: these stay behind: heir of postgres, root of readers.',
        "Settings of all roles of the source's server stay behind: lock_timeout.",
      ]);
    });

    test('that the run made have to be the source’s in everything', async () => {
      await copy('two');
      await target.query(
        'postgres',
        `ALTER ROLE app NOLOGIN VALID UNTIL '2041-01-01' PASSWORD 'other'; REVOKE inner_circle FROM app; GRANT readers TO app; ALTER ROLE app SET work_mem = '10MB';
         ALTER ROLE later CONNECTION LIMIT 3; ALTER ROLE later RESET ALL; GRANT readers TO inner_circle WITH ADMIN OPTION; DROP ROLE only_settings`,
      );
      const { differences, notes } = await verify('two');
      expect(differences).toEqual([
        'Database: another settings.',
        "Role app: LOGIN in the source, NOLOGIN, VALID UNTIL '2041-01-01 00:00:00+00' in the target.",
        'Role app: no member of inner_circle in the target.',
        'Role app: a member of readers only in the target.',
        'Role app: another setting of work_mem.',
        'Role app: another password.',
        'Role inner_circle: a member of readers with INHERIT, SET in the source, with ADMIN, INHERIT, SET in the target.',
        'Role later: CONNECTION LIMIT -1 in the source, CONNECTION LIMIT 3 in the target.',
        'Role later: another setting of search_path.',
        'Role only_settings: only in the source.',
      ]);
      expect(notes).toEqual(['Role postgres: another password.']);
      // A copy that goes on gives what was taken.
      await target.query('postgres', 'REVOKE readers FROM app; REVOKE ADMIN OPTION FOR readers FROM inner_circle');
      await copy('two');
      expect((await verify('two')).differences).toEqual(["Role app: no more in the source, VALID UNTIL '2041-01-01 00:00:00+00' in the target."]);
      await drop('two');
      expect(await there()).toEqual([]);
    }, 60_000);

    test('that were there stay as they are: what keeps the product from working is a difference, all else is told', async () => {
      await target.query('postgres', `CREATE ROLE readers; CREATE ROLE app LOGIN PASSWORD 'chosen' CONNECTION LIMIT 7; CREATE ROLE later NOLOGIN SUPERUSER`);
      const before = await target.query('postgres', `SELECT * FROM pg_authid WHERE rolname IN ('app', 'later', 'readers') ORDER BY 1`);
      const { roles } = await copy('three');
      expect(roles).toMatchObject({
        made: coming.filter((name) => !['app', 'later', 'readers'].includes(name)),
        found: ['app', 'later', 'postgres', 'readers'],
      });
      expect(roles.notes).toContainEqual(
        expect.stringMatching(
          /^Role app was there and keeps what it has: CREATEROLE, CONNECTION LIMIT -1 in the source, NOCREATEROLE, .*; no member of inner_circle in the target; .*; another password\.$/,
        ),
      );
      const { equal, differences, notes } = await verify('three');
      expect([equal, ...differences]).toEqual([
        false,
        'Role app: no member of inner_circle in the target.',
        'Role app: no member of pg_monitor in the target.',
        'Role app: another setting of search_path.',
        expect.stringMatching(/^Role later: NOSUPERUSER, NOINHERIT, LOGIN, VALID UNTIL .* in the source, SUPERUSER, INHERIT, NOLOGIN in the target\.$/),
        'Role later: another setting of search_path.',
      ]);
      expect(notes).toContain('Role app: another password.');
      expect(notes).toContain('Role later: no member of readers in the target.');
      expect(JSON.stringify([roles, notes])).not.toMatch(/SCRAM|md5/);
      expect(await target.query('postgres', `SELECT * FROM pg_authid WHERE rolname IN ('app', 'later', 'readers') ORDER BY 1`)).toEqual(before);

      await target.query(
        'postgres',
        `GRANT inner_circle, pg_monitor TO app; ALTER ROLE app SET search_path = sales, "Odd, one", ''; ALTER ROLE later LOGIN; ALTER ROLE later SET search_path = ''`,
      );
      expect(await verify('three')).toMatchObject({ equal: true, differences: [], notes: expect.arrayContaining(['Role app: another password.']) });
      await drop('three');
      expect(await there()).toEqual(['app', 'later', 'readers']);
      await target.query('postgres', 'DROP ROLE app; DROP ROLE later; DROP ROLE readers');
    }, 60_000);

    test('are made without passwords by a copier that is no superuser, which itself stays behind', async () => {
      await source.query('postgres', `CREATE ROLE copier LOGIN PASSWORD 'copier-canary' IN ROLE readers`);
      const asCopier = { ...source.at, user: { name: 'copier', password: 'copier-canary' } };
      const { databases } = await run({ engine: 'postgresql', verb: 'inspect', at: asCopier, databases: ['shop'] });
      expect(databases[0]?.notes.join(' ')).toMatch(
        /these stay behind: copier of readers, heir of postgres, root of readers\..* no superuser: roles are made without passwords/,
      );
      const { roles } = await run({ ...ofRun('five'), source: asCopier, verb: 'copy', run: 'five', epoch: 1, step: 's' });
      expect(roles.made).toEqual(coming);
      expect(await target.query('postgres', 'SELECT rolname FROM pg_authid WHERE oid >= 16384 AND rolpassword IS NOT NULL')).toEqual([]);
      await source.query('postgres', 'DROP ROLE copier');
      expect((await verify('five')).differences).toEqual(['Role app: another password.']);
      await drop('five');
    }, 60_000);

    test('come along with a backup as they do with a copy', async () => {
      const place = volume();
      await run(dumpOf(source.at, { place }));
      const request = restoreOf(target.at, { place, run: 'four' });
      const restored = await run(request);
      expect(restored.roles.made).toEqual(coming);
      const verifyRestored = () => run({ ...request, verb: 'verifyRestored' });
      expect(await verifyRestored()).toMatchObject({ equal: true, differences: [] });
      expect(await as('app', 'shop_restored', 'SELECT FROM item')).toEqual([]);
      await target.query('postgres', `ALTER ROLE app PASSWORD 'other'; REVOKE readers FROM inner_circle; ALTER ROLE app RESET work_mem`);
      expect((await verifyRestored()).differences).toEqual([
        'Role app: another setting of work_mem.',
        'Role app: another password.',
        'Role inner_circle: no member of readers in the target.',
      ]);
      await run({ engine: 'postgresql', verb: 'drop', at: target.at, run: 'four', epoch: 1, database: 'shop_restored' });
      expect(await there()).toEqual([]);
    }, 60_000);
  });
});
