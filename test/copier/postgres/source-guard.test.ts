import pg from 'pg';
import { complaint, defaultGuard, SourceGuard, type SourceLoad } from '../../../src/copier/postgres/source-guard.js';
import type { CopierProgress } from '../../../src/model/copier.js';
import type { PostgresCopyRequest } from '../../../src/model/copier-postgres.js';
import type { PostgresServer } from '../../../src/model/postgres-facts.js';
import { run } from './support/run.js';
import { describeWithPostgres, type Postgres, startPostgres } from './support/server.js';

const quiet: SourceLoad = { replyMs: 5, others: 3, waiting: 0, lagSeconds: 0 };

test.each([
  ['answers come late', { replyMs: 110 }, 'slow answers'],
  ['answers come late and nobody else is connected', { replyMs: 5000, others: 0 }, undefined],
  ['sessions of others wait', { waiting: 5 }, 'waiting sessions'],
  ['standbys fall behind', { lagSeconds: 11 }, 'standbys behind'],
  ['everything is a little worse', { replyMs: 100, waiting: 4, lagSeconds: 10 }, undefined],
])('a source where %s', (_, change, found) => {
  expect(complaint({ ...quiet, ...change }, quiet, defaultGuard)).toBe(found);
});

test('what was so before the copy is not held against it', () => {
  const busy = { ...quiet, replyMs: 400, waiting: 20, lagSeconds: 60 };
  expect(complaint(busy, busy, defaultGuard)).toBeUndefined();
});

test('connections are taken off by halves while the source suffers, and put back one by one when it is well', () => {
  const guard = new SourceGuard(8, {});
  const seen: number[] = [];
  const judge = (load: SourceLoad, times: number) => {
    for (let time = 0; time < times; time++) guard.judge(load, quiet, 1000);
    seen.push(guard.state.connections);
  };
  judge({ ...quiet, replyMs: 1000 }, 1);
  judge({ ...quiet, replyMs: 1000 }, 1);
  expect(guard.state).toEqual({ connections: 2, slowedBy: 'slow answers' });
  judge({ ...quiet, lagSeconds: 20 }, 5);
  judge(quiet, 4);
  judge(quiet, 1);
  judge(quiet, 30);
  expect(seen).toEqual([4, 2, 1, 1, 2, 8]);
  expect(guard.state).toEqual({ connections: 8 });
  expect(guard.account).toEqual({ fewestConnections: 1, slowedSeconds: 41, because: ['slow answers', 'standbys behind'] });
});

describeWithPostgres(16)('a copy', () => {
  let server: Postgres;
  let other: pg.Client;

  beforeAll(async () => {
    server = await startPostgres(16);
    await server.query('postgres', 'CREATE DATABASE big');
    await server.query('big', `CREATE TABLE item AS SELECT i, repeat(md5(i::text), 10) AS filler FROM generate_series(1, 40000) i`);
  }, 60_000);

  afterAll(() => server?.stop());

  const connect = async ({ host, port, user }: PostgresServer) => {
    other = new pg.Client({ host, port, user: user.name, password: user.password, database: 'postgres' });
    await other.connect();
  };

  async function copyTo(to: string, guard: PostgresCopyRequest['guard']) {
    const seen: CopierProgress[] = [];
    const request: PostgresCopyRequest & { readonly verb: 'copy' } = {
      ...{ engine: 'postgresql', verb: 'copy', at: server.at, run: to, epoch: 1, step: 's', from: 'big', to },
      ...{ unitBytes: 4_000_000, connections: 4, bytesPerSecond: 4_000_000, ...(guard && { guard }) },
    };
    const { guard: account, source } = await run<'copy'>(request, { progress: (progress) => void seen.push(progress) });
    expect(source.rows).toBe(40_000);
    return { account, seen };
  }

  test('takes connections off a source that others wait for, and says so', async () => {
    await connect(server.at);
    try {
      // No answer is quick enough: the source suffers from the first look on.
      const { account, seen } = await copyTo('slowed', { replyMs: -1000 });
      expect(account).toMatchObject({ fewestConnections: 1, because: ['slow answers'] });
      expect(account?.slowedSeconds).toBeGreaterThan(0);
      expect(seen.map(({ connections }) => connections)).toEqual(expect.arrayContaining([4, 2, 1]));
      expect(seen.findLast(({ connections }) => connections !== undefined)).toMatchObject({ connections: 1, slowedBy: 'slow answers' });
      // One unit after the other: what arrives of the others had been sent before.
      const units = seen.filter(({ connections }) => connections === 1).map(({ unit }) => unit);
      const late = units.slice(4);
      const changes = late.filter((unit, index) => index > 0 && unit !== late[index - 1]);
      expect(changes.length).toBeGreaterThan(0);
      expect(changes.length).toBeLessThan(new Set(late).size);
    } finally {
      await other.end();
    }
  }, 60_000);

  test('keeps all of them where nobody else is, and where the guard is off', async () => {
    const alone = await copyTo('alone', { replyMs: -1000 });
    expect(alone.account).toEqual({ fewestConnections: 4, slowedSeconds: 0, because: [] });
    const { account, seen } = await copyTo('unguarded', 'off');
    expect(account).toBeUndefined();
    expect(seen.some((progress) => 'connections' in progress)).toBe(false);
  }, 60_000);
});
