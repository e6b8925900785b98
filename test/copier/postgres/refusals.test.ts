import type { PostgresContext } from '../../../src/copier/postgres/context.js';
import type { FailureType } from '../../../src/errors.js';
import type { PostgresCopyRequest, PostgresCopyResult } from '../../../src/model/copier-postgres.js';
import { lackOfSpace } from '../../../src/model/space.js';
import { canMount } from '../support/can-mount.js';
import { bundleCopier, failureOf, resultOf } from '../support/copier-process.js';
import { onSmallVolume, type SmallServer } from './support/on-small-volume.js';
import { run } from './support/run.js';
import { clientFolders, describeWithPostgres, type Postgres, startPostgres } from './support/server.js';

const as = (server: Postgres, name: string, password: string) => ({ ...server.at, user: { name, password } });

/** Whatever a copy that is refused could have changed of a server: its databases and roles, but for the run's notes, which `clean` takes away. */
const stateOf = (server: Postgres) =>
  server.query(
    'postgres',
    `SELECT (SELECT json_agg(datname ORDER BY 1) FROM pg_database WHERE datname <> 'rehelm') AS databases, (SELECT json_agg(rolname ORDER BY 1) FROM pg_roles) AS roles`,
  );
const horizonOf = (server: Postgres) => server.query('postgres', 'SELECT txid_snapshot_xmax(txid_current_snapshot())::text AS xmax');

describeWithPostgres(
  11,
  16,
  17,
  18,
)('a copy of PostgreSQL is refused', () => {
  let ancient: Postgres;
  let older: Postgres;
  let between: Postgres;
  let newer: Postgres;

  beforeAll(async () => {
    [ancient, older, between, newer] = await Promise.all([startPostgres(11), startPostgres(16), startPostgres(17), startPostgres(18)]);
    for (const server of [older, newer]) {
      await server.query('postgres', 'CREATE DATABASE shop');
      await server.query('shop', 'CREATE TABLE item (id integer PRIMARY KEY); INSERT INTO item VALUES (1)');
      await server.query('postgres', `CREATE ROLE reader LOGIN PASSWORD 'reader-canary'`);
    }
    await older.query('postgres', 'CREATE DATABASE vectors');
    await older.query('vectors', 'CREATE EXTENSION vector; CREATE TABLE item (place vector(3))');
    await ancient.query('postgres', 'CREATE DATABASE shop');
    await ancient.query('shop', 'CREATE TABLE visit (at abstime); CREATE TABLE old (id integer) WITH OIDS');
    for (const server of [ancient, older]) {
      await server.query('postgres', "ALTER SYSTEM SET autovacuum = 'off'");
      await server.query('postgres', 'SELECT pg_reload_conf()');
    }
  }, 90_000);

  afterAll(() => Promise.all([ancient?.stop(), older?.stop(), between?.stop(), newer?.stop()]));

  const copy = (more: Partial<PostgresCopyRequest> = {}) =>
    run({ ...{ engine: 'postgresql', verb: 'copy', at: newer.at, source: older.at, run: 'r', epoch: 1, step: 's', from: 'shop', to: 'copied' }, ...more });

  const problemsOf = async ({ at = newer.at, source = older.at, from = 'shop' }: Partial<PostgresCopyRequest> = {}, context: Partial<PostgresContext> = {}) => {
    const { databases } = await run({ engine: 'postgresql', verb: 'checkCopy', at, source, databases: [{ from, to: 'copied' }] }, context);
    return databases.flatMap(({ problems }) => problems);
  };

  interface Refusal {
    readonly why: string;
    readonly request: () => Partial<PostgresCopyRequest>;
    readonly type: FailureType;
    /** A part of what is said. */
    readonly says: string;
    readonly nonRetryable?: false;
    /** Told before anything is stopped: by the copy's check. */
    readonly ahead?: true;
    /** Found out when the target is made already: the undo knows that it is the run's. */
    readonly late?: true;
  }

  const refusals: readonly Refusal[] = [
    { why: 'where the target holds what the run did not write', request: () => ({ to: 'shop' }), type: 'TargetNotEmpty', says: 'public.item' },
    { why: 'with a wrong password of the source', request: () => ({ source: as(older, 'postgres', 'wrong-canary') }), type: 'WrongPassword', says: '28P01' },
    { why: 'with a wrong password of the target', request: () => ({ at: as(newer, 'postgres', 'wrong-canary') }), type: 'WrongPassword', says: '28P01' },
    {
      why: 'where the source does not answer',
      request: () => ({ source: { ...older.at, port: 1 } }),
      type: 'Unreachable',
      says: 'REFUSED',
      nonRetryable: false,
    },
    { why: 'where the target does not answer', request: () => ({ at: { ...newer.at, port: 1 } }), type: 'Unreachable', says: 'REFUSED', nonRetryable: false },
    { why: 'where it may not read the source', request: () => ({ source: as(older, 'reader', 'reader-canary') }), type: 'Forbidden', says: 'item', late: true },
    { why: 'where it may not make the target', request: () => ({ at: as(newer, 'reader', 'reader-canary') }), type: 'Forbidden', says: 'permission denied' },
    { why: 'to an older server', request: () => ({ at: older.at, source: newer.at }), type: 'PreflightFailed', says: 'older than the source', ahead: true },
    { why: 'where there is no such database', request: () => ({ from: 'nothing' }), type: 'NotFound', says: 'nothing' },
    {
      why: 'without an extension that the source uses',
      request: () => ({ at: between.at, from: 'vectors' }),
      type: 'MissingExtension',
      says: 'vector',
      ahead: true,
    },
    { why: 'with columns of a type that is no more', request: () => ({ source: ancient.at }), type: 'PreflightFailed', says: 'public.visit.at' },
    {
      why: 'with tables made as they cannot be any more',
      request: () => ({ source: ancient.at }),
      type: 'PreflightFailed',
      says: 'public.old: made WITH OIDS',
    },
  ];

  test.each(refusals)('$why, by name, and nothing is touched', async ({ request, type, says, nonRetryable = true, ahead, late }) => {
    const servers = [ancient, older, between, newer];
    const before = await Promise.all(servers.map(stateOf));
    const horizons = await Promise.all([ancient, older].map(horizonOf));
    const refused = await copy(request()).catch((error: unknown) => error);
    expect(refused).toMatchObject({ type, nonRetryable, message: expect.stringContaining(says) });
    expect(String(refused)).not.toContain('canary');
    if (ahead) expect(await problemsOf(request())).toEqual([(refused as Error).message]);
    if (late) await newer.query('postgres', 'DROP DATABASE copied');
    expect(await Promise.all(servers.map(stateOf))).toEqual(before);
    const isTarget = request().at === older.at;
    if (!isTarget) expect(await Promise.all([ancient, older].map(horizonOf))).toEqual(horizons);
  });

  test('where the image has no program for the versions', async () => {
    const clients = { majors: async () => [15, 16] } as unknown as PostgresContext['clients'];
    const request = { engine: 'postgresql', verb: 'copy', at: newer.at, source: older.at, run: 'r', epoch: 1, step: 's', from: 'shop', to: 'tool' } as const;
    await expect(run(request, { clients })).rejects.toMatchObject({ type: 'ToolTooOld', message: expect.stringContaining('the image has 15, 16') });
    expect(await newer.query('postgres', `SELECT 1 FROM pg_database WHERE datname = 'tool'`)).toEqual([]);
    expect(await problemsOf({}, { clients })).toEqual([expect.stringContaining('the image has 15, 16')]);
  });

  test('without the locale that the source sorts by, which its check tells ahead', async () => {
    await between.query(
      'postgres',
      `CREATE DATABASE german TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C' LOCALE_PROVIDER icu ICU_LOCALE 'de'`,
    );
    // The newer server's build knows no ICU.
    const request = { source: between.at, from: 'german', to: 'german' };
    const refused = await copy(request).catch((error: Error) => error);
    expect(refused).toMatchObject({ type: 'MissingLocale', message: expect.stringContaining("LOCALE_PROVIDER icu ICU_LOCALE 'de'") });
    expect(await problemsOf(request)).toEqual([(refused as Error).message]);
    expect(await newer.query('postgres', `SELECT 1 FROM pg_database WHERE datname = 'german'`)).toEqual([]);
  });

  test('for everything at once, as its check tells it, and for nothing where all is well', async () => {
    await newer.query('postgres', 'CREATE DATABASE vectors');
    await newer.query('vectors', 'CREATE EXTENSION vector');
    const both = await problemsOf({ at: between.at, source: newer.at, from: 'vectors' });
    expect(both).toEqual([expect.stringContaining('older than the source'), expect.stringContaining('does not bring: vector')]);
    expect(await problemsOf()).toEqual([]);
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

(canMount ? describeWithPostgres(16, 18) : describe.skip)('a copy of PostgreSQL onto a small volume', () => {
  let source: Postgres;
  let target: Postgres;
  let volume: SmallServer;

  beforeAll(async () => {
    [source, target] = await Promise.all([startPostgres(16), startPostgres(18)]);
    await source.query('postgres', 'CREATE DATABASE big');
    await source.query(
      'big',
      `CREATE TABLE item (id bigint PRIMARY KEY, filler text); INSERT INTO item SELECT i, repeat(md5(i::text), 20) FROM generate_series(1, 90000) i`,
    );
    volume = await onSmallVolume(target, 200);
  }, 90_000);

  afterAll(async () => {
    await volume?.stop();
    await Promise.all([source?.stop(), target?.stop()]);
  });

  const request = (id: string): PostgresCopyRequest => ({
    ...{ engine: 'postgresql', verb: 'copy', at: target.at, source: source.at, run: id, epoch: 1, step: 's', from: 'big', to: id },
    ...{ unitBytes: 4 * 1024 ** 2, connections: 2, bytesPerSecond: 6_000_000 },
  });

  test('is refused before a byte is written where that cannot take it', async () => {
    await volume.leaveFree(40);
    const before = await stateOf(target);
    const checked = await run({ engine: 'postgresql', verb: 'checkCopy', at: target.at, source: source.at, databases: [{ from: 'big', to: 'refused' }] });
    const [{ space } = { space: undefined }] = checked.databases;
    expect(lackOfSpace(space!)).toEqual([expect.stringContaining('GiB are free')]);
    const ahead = await run({ engine: 'postgresql', verb: 'checkPrecopy', at: target.at, source: source.at, from: 'big', to: 'refused' });
    expect(ahead.problems).toContainEqual(expect.stringContaining('GiB are free'));
    expect(space?.freeBytes).toBeLessThan(41 * 1024 ** 2);
    expect(space?.neededBytes).toBeGreaterThan(50 * 1024 ** 2);
    await expect(run(request('refused'))).rejects.toMatchObject({ type: 'NoSpace', nonRetryable: true, message: expect.stringContaining('GiB are free') });
    expect(await stateOf(target)).toEqual(before);
  });

  test('fails by name where it fills up in the middle, and goes on from there once there is room', async () => {
    await volume.leaveFree(160);
    const program = await bundleCopier();
    try {
      const [before] = await horizonOf(source);
      const first = program.start(request('filled'), 'pod-1', { REHELM_POSTGRES_CLIENTS: clientFolders });
      await first.progress(({ bytes }) => bytes > 15_000_000);
      await volume.leaveFree(4);
      const end = await first.ended;
      expect(failureOf(end)).toMatchObject({ type: 'NoSpace' });
      expect(end.exitCode).toBe(1);
      expect(await horizonOf(source)).toEqual([before]);

      await volume.leaveFree(160);
      const copied = resultOf<PostgresCopyResult>(await program.start(request('filled'), 'pod-2', { REHELM_POSTGRES_CLIENTS: clientFolders }).ended);
      expect(copied.unitsResumed).toBeGreaterThan(0);
      expect(await run({ engine: 'postgresql', verb: 'verify', at: target.at, source: source.at, from: 'big', to: 'filled' })).toMatchObject({ equal: true });
    } finally {
      program.remove();
    }
  }, 60_000);
});
