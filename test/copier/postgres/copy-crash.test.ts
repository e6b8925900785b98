import type { PostgresCopyRequest, PostgresCopyResult } from '../../../src/model/copier-postgres.js';
import { bundleCopier, type CopierProgram, failureOf, resultOf } from '../support/copier-process.js';
import { run } from './support/run.js';
import { clientFolders, describeWithPostgres, type Postgres, startPostgres } from './support/server.js';

const unitBytes = 2 * 1024 * 1024;
const connections = 2;
const clients = { REHELM_POSTGRES_CLIENTS: clientFolders };

describeWithPostgres(16, 18)('a copier of PostgreSQL that is killed', () => {
  let program: CopierProgram;
  let source: Postgres;
  let target: Postgres;

  beforeAll(async () => {
    [program, source, target] = await Promise.all([bundleCopier(), startPostgres(16), startPostgres(18)]);
    await source.query('postgres', 'CREATE DATABASE big');
    await source.query(
      'big',
      `CREATE TABLE item (id bigint PRIMARY KEY, filler text); CREATE TABLE note (at timestamptz, words text);
       INSERT INTO item SELECT i, 'canary-row ' || repeat(md5(i::text), 10) FROM generate_series(1, 60000) i;
       INSERT INTO note SELECT now(), repeat('n', 500) FROM generate_series(1, 20000); CREATE INDEX ON note (at);`,
    );
  }, 60_000);

  afterAll(async () => {
    program?.remove();
    await Promise.all([source?.stop(), target?.stop()]);
  });

  const request = (id: string, more: Partial<PostgresCopyRequest> = {}): PostgresCopyRequest => ({
    ...{ engine: 'postgresql', verb: 'copy', at: target.at, source: source.at, run: id, epoch: 1, step: 's', from: 'big', to: `new_${id}` },
    ...{ unitBytes, connections, bytesPerSecond: 20_000_000 },
    ...more,
  });
  const verify = (id: string) => run({ engine: 'postgresql', verb: 'verify', at: target.at, source: source.at, from: 'big', to: `new_${id}` });
  const start = (id: string, pod: string) => program.start(request(id), pod, clients);
  /** Some units done, some under way. */
  const inTheMiddle = { bytes: 12_000_000 };

  test('goes on where a SIGKILL in the middle left it, and tells the bytes copied twice', async () => {
    const first = start('killed', 'pod-1');
    await first.progress(({ bytes }) => bytes > inTheMiddle.bytes);
    first.kill('SIGKILL');
    await first.ended;
    const accounting = () => run({ engine: 'postgresql', verb: 'accounting', at: target.at, run: 'killed', database: 'new_killed' });
    const before = await accounting();
    expect(before.unitsDone).toBeGreaterThan(1);
    expect(before.unitsDone).toBeLessThan(before.units);

    const copied = resultOf<PostgresCopyResult>(await start('killed', 'pod-2').ended);
    expect(copied).toMatchObject({ unitsResumed: before.unitsDone, source: { rows: 80_000, tables: 2 } });
    expect(copied.accounting.bytesCopiedTwice).toBeLessThanOrEqual(connections * unitBytes * 1.5);
    expect(await verify('killed')).toMatchObject({ equal: true, differences: [] });
    // Copied again, nothing is.
    expect(await run(request('killed'))).toMatchObject({ unitsResumed: copied.units, accounting: { bytes: copied.accounting.bytes } });
  }, 60_000);

  test('ends cleanly when it is asked to, with the exit code that means try again', async () => {
    const first = start('stopped', 'pod-1');
    await first.progress(({ bytes }) => bytes > 0);
    first.kill('SIGTERM');
    const end = await first.ended;
    expect(end.exitCode).toBe(2);
    expect(failureOf(end)).toMatchObject({ type: 'NotReady', message: expect.stringContaining('goes on from there') });
    expect((await start('stopped', 'pod-2').ended).exitCode).toBe(0);
    expect(await verify('stopped')).toMatchObject({ equal: true });
  }, 60_000);

  test('does not hold up its successor: stopped in the middle of a unit, as on a node that is gone', async () => {
    const lost = start('lost', 'pod-1');
    await lost.progress(({ bytes }) => bytes > inTheMiddle.bytes);
    lost.kill('SIGSTOP');
    const copied = resultOf<PostgresCopyResult>(await start('lost', 'pod-2').ended);
    expect(copied).toMatchObject({ source: { rows: 80_000 } });
    lost.kill('SIGCONT');
    expect(failureOf(await lost.ended)).toMatchObject({ type: 'Unreachable' });
    expect(await verify('lost')).toMatchObject({ equal: true });
  }, 60_000);

  test('cannot write into the rollback: stopped in the middle, given up, awake again', async () => {
    const zombie = start('zombie', 'pod-1');
    await zombie.progress(({ bytes }) => bytes > inTheMiddle.bytes);
    zombie.kill('SIGSTOP');
    expect(await run({ engine: 'postgresql', verb: 'drop', at: target.at, run: 'zombie', epoch: 2, database: 'new_zombie' })).toMatchObject({ dropped: true });
    zombie.kill('SIGCONT');
    const end = await zombie.ended;
    expect(end.exitCode).not.toBe(0);
    const again = await start('zombie', 'pod-2').ended;
    expect(failureOf(again)).toMatchObject({ type: 'Superseded' });
    expect(await target.query('postgres', `SELECT datname FROM pg_database WHERE datname = 'new_zombie'`)).toEqual([]);
    expect(end.text + again.text).not.toMatch(/canary/);
  }, 60_000);

  test('by the death of a server goes on when that is back', async () => {
    for (const [id, server] of [['source', source] as const, ['target', target] as const]) {
      const first = start(`by_${id}`, 'pod-1');
      await first.progress(({ bytes }) => bytes > inTheMiddle.bytes);
      server.kill();
      const end = await first.ended;
      expect(failureOf(end)).toMatchObject({ type: 'Unreachable' });
      expect(end.exitCode).toBe(2);
      await server.restart();
      const copied = resultOf<PostgresCopyResult>(await start(`by_${id}`, 'pod-2').ended);
      expect(copied.unitsResumed).toBeGreaterThan(0);
      expect(await verify(`by_${id}`)).toMatchObject({ equal: true });
    }
  }, 90_000);
});
