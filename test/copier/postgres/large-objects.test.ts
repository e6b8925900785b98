import pg from 'pg';
import { openPostgres } from '../../../src/adapters/postgres/open.js';
import type { PostgresSession } from '../../../src/adapters/postgres/session.js';
import { hashLargeObjects, largeObjectRows, planLargeObjects } from '../../../src/copier/postgres/large-objects.js';
import type { PostgresCopyRequest, PostgresCopyResult } from '../../../src/model/copier-postgres.js';
import { bundleCopier, type CopierProgram, resultOf } from '../support/copier-process.js';
import { watchPeak } from '../support/peak.js';
import { run } from './support/run.js';
import { clientFolders, describeWithPostgres, type Postgres, startPostgres } from './support/server.js';

const unitBytes = 1024 * 1024;
const pageBytes = 2048;
const clients = { REHELM_POSTGRES_CLIENTS: clientFolders };

/** Small ones, some of half a unit, one of three units, one of many pages with a byte each, and one with a hole. */
const objects = `
  CREATE ROLE keeper; CREATE ROLE reader;
  SELECT lo_from_bytea(20000 + i, decode(repeat(md5(i::text), 300), 'hex')) FROM generate_series(1, 300) i;
  SELECT lo_from_bytea(30000 + i, decode(repeat(md5(i::text), 40000), 'hex')) FROM generate_series(1, 4) i;
  SELECT lo_from_bytea(30010, decode(repeat(md5('x'), 200000), 'hex'));
  SELECT lo_from_bytea(30011, 'right behind it'); SELECT lo_put(30011, 1000000, 'after a hole');
  SELECT lo_create(30012);
  SELECT count(lo_put(lo_create(30013), 5, 'x')); SELECT count(lo_put(30013, i * ${pageBytes}::bigint, 'x')) FROM generate_series(1, 4000) i;
  ALTER LARGE OBJECT 30010 OWNER TO keeper; GRANT SELECT ON LARGE OBJECT 30010 TO reader WITH GRANT OPTION; COMMENT ON LARGE OBJECT 30010 IS 'it''s big';
`;

const pairs = [
  [11, 15],
  [15, 18],
] as const;

describe.each(pairs)('large objects from PostgreSQL %i to %i', (from, to) => {
  describeWithPostgres(from, to)('in a copy', () => {
    let [source, target]: Postgres[] = [];
    beforeAll(async () => {
      [source, target] = await Promise.all([startPostgres(from), startPostgres(to)]);
      await source.query('postgres', 'CREATE DATABASE files');
      await source.query('files', objects);
    }, 60_000);
    afterAll(() => Promise.all([source?.stop(), target?.stop()]));

    const sides = () => ({ engine: 'postgresql', at: target!.at, source: source!.at, from: 'files', to: 'files' }) as const;
    const verify = () => run({ ...sides(), verb: 'verify' });
    const inFiles = async <T>({ at }: Postgres, use: (session: PostgresSession) => Promise<T>): Promise<T> => {
      const session = await openPostgres(at, { database: 'files', applicationName: 'test', readOnly: true });
      return use(session).finally(() => session.close());
    };
    const hashOf = async (server: Postgres) => {
      const { rows, hash } = await inFiles(server, (session) => hashLargeObjects(session, largeObjectRows, new AbortController().signal));
      return { rows, hash };
    };

    test('are cut by their bytes: none above a unit, unless it is of one object, which is then alone', async () => {
      const units = await inFiles(source!, (session) => planLargeObjects(session, unitBytes));
      const alone = units.filter((unit) => unit.from === unit.to);
      expect(alone.map((unit) => unit.from)).toEqual(expect.arrayContaining([30001, 30002, 30003, 30004, 30010, 30013]));
      for (const unit of units.filter((each) => !alone.includes(each))) expect(unit.estimatedBytes).toBeLessThanOrEqual(unitBytes);
      expect(units.length).toBeLessThan(14);
      // Every object is in one unit and one only.
      const held = await source!.query<{ oid: number }>('files', 'SELECT oid FROM pg_largeobject_metadata ORDER BY 1');
      expect(held.map(({ oid }) => units.filter((unit) => unit.from <= Number(oid) && Number(oid) <= unit.to).length)).toEqual(held.map(() => 1));
      const [{ pages }] = (await source!.query<{ pages: number }>('files', 'SELECT count(*)::integer AS pages FROM pg_largeobject')) as [{ pages: number }];
      expect(units.reduce((sum, unit) => sum + unit.estimatedBytes, 0)).toBe(pages * pageBytes);
    });

    test('come whole, hole by hole', async () => {
      const copied = await run({ ...sides(), verb: 'copy', run: 'r1', epoch: 1, step: 's', unitBytes });
      expect(copied).toMatchObject({ accounting: { bytesCopiedTwice: 0 } });
      expect(await verify()).toMatchObject({ equal: true, differences: [] });
      const pagesOf = (server: Postgres) =>
        server.query('files', 'SELECT loid::text, count(*), sum(length(data)), max(pageno) FROM pg_largeobject GROUP BY loid ORDER BY 1');
      expect(await pagesOf(target!)).toEqual(await pagesOf(source!));
    }, 60_000);

    test('hash to something else as soon as one of them differs, wherever it is', async () => {
      for (const [spoil, mend] of [
        ["lo_put(30013, 4000 * 2048, 'y')", "lo_put(30013, 4000 * 2048, 'x')"],
        ['lo_create(7)', 'lo_unlink(7)'],
        ['lo_create(4294967295)', 'lo_unlink(4294967295)'],
        ['lo_unlink(20001)', "lo_from_bytea(20001, 'other')"],
      ] as const) {
        const whole = await hashOf(target!);
        await target!.query('files', `SELECT ${spoil}`);
        expect([spoil, await hashOf(target!)]).not.toEqual([spoil, whole]);
        await target!.query('files', `SELECT ${mend}`);
        if (mend.startsWith('lo_put') || mend.startsWith('lo_unlink')) expect([mend, await hashOf(target!)]).toEqual([mend, whole]);
      }
      expect(await verify()).toMatchObject({ equal: false, differences: ['Large objects: other contents, owners or rights.'] });
    }, 120_000);
  });
});

describeWithPostgres(16, 18)('a copier of many and big objects', () => {
  let program: CopierProgram;
  let [source, target]: Postgres[] = [];
  beforeAll(async () => {
    [program, source, target] = await Promise.all([bundleCopier(), startPostgres(16), startPostgres(18)]);
    for (const name of ['pages', 'bytes', 'crowd']) await source.query('postgres', `CREATE DATABASE ${name}`);
    await source.query('pages', `SELECT lo_create(9000); SELECT count(lo_put(9000, i * ${pageBytes}::bigint, 'x')) FROM generate_series(0, 599999) i`);
    await source.query('bytes', "SELECT lo_from_bytea(9000 + i, decode(repeat(md5(i::text), 25000), 'hex')) FROM generate_series(1, 60) i");
    await source.query('crowd', 'SELECT count(lo_create(9000 + i)) FROM generate_series(1, 3500) i');
  }, 120_000);
  afterAll(async () => {
    program?.remove();
    await Promise.all([source?.stop(), target?.stop()]);
  });

  const request = (from: string, more: Partial<PostgresCopyRequest> = {}): PostgresCopyRequest => ({
    ...{ engine: 'postgresql', verb: 'copy', at: target!.at, source: source!.at, run: from, epoch: 1, step: 's', from, to: from, unitBytes, connections: 2 },
    ...more,
  });
  const verify = (from: string) => run({ engine: 'postgresql', verb: 'verify', at: target!.at, source: source!.at, from, to: from });

  test('has an eighth of a pod for its memory, and an object of 600,000 pages goes through it', async () => {
    const copying = program.start(request('pages'), 'pod-1', { ...clients, NODE_OPTIONS: '--max-old-space-size=48' });
    const peak = watchPeak(copying.pid, copying.ended);
    expect(resultOf<PostgresCopyResult>(await copying.ended)).toMatchObject({ units: 1, accounting: { bytesCopiedTwice: 0 } });
    expect(await peak).toBeGreaterThan(10);
    expect(await peak).toBeLessThan(256);
    expect(await verify('pages')).toMatchObject({ equal: true });
  }, 120_000);

  test('answers nobody with a row for each page', async () => {
    const rows: number[] = [];
    const { query } = pg.Client.prototype;
    const told = (answer: unknown) => rows.push(...[answer].flat().map((each) => (each as Partial<pg.QueryResult>).rows?.length ?? 0));
    Object.assign(pg.Client.prototype, {
      query(this: pg.Client, ...all: unknown[]) {
        const answer: unknown = Reflect.apply(query, this, all);
        if (answer instanceof Promise) answer.then(told, () => undefined);
        return answer;
      },
    });
    try {
      await run(request('bytes', { run: 'told', to: 'told', unitBytes: 2 ** 30 }));
    } finally {
      Object.assign(pg.Client.prototype, { query });
    }
    expect(rows.length).toBeGreaterThan(50);
    expect(Math.max(...rows)).toBeLessThan(1000);
  }, 60_000);

  test('takes a thousand at a time of those that hold nothing', async () => {
    const copied = await run(request('crowd'));
    expect(copied.units).toBe(4);
    expect(await verify('crowd')).toMatchObject({ equal: true });
  }, 60_000);

  test('goes on after a SIGKILL where it was: a unit at a time is copied again', async () => {
    const slow = request('bytes', { bytesPerSecond: 6_000_000 });
    const first = program.start(slow, 'pod-1', clients);
    await first.progress(({ bytes }) => bytes > 8_000_000);
    first.kill('SIGKILL');
    await first.ended;
    const before = await run({ engine: 'postgresql', verb: 'accounting', at: target!.at, run: 'bytes', database: 'bytes' });
    expect(before.unitsDone).toBeGreaterThan(2);
    expect(before.unitsDone).toBeLessThan(before.units);
    const copied = resultOf<PostgresCopyResult>(await program.start(slow, 'pod-2', clients).ended);
    expect(copied).toMatchObject({ unitsResumed: before.unitsDone });
    expect(copied.accounting.bytesCopiedTwice).toBeLessThanOrEqual(2 * unitBytes * 1.1);
    expect(await verify('bytes')).toMatchObject({ equal: true });
  }, 60_000);
});
