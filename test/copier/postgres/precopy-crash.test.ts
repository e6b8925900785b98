import type { PostgresRequestOf } from '../../../src/model/copier-postgres.js';
import { bundleCopier, type CopierProgram, failureOf, resultOf } from '../support/copier-process.js';
import { dyingAfter, Killed } from './support/dying.js';
import { catalogsOf, precopyOf, startPublisher, startSubscriber } from './support/precopy.js';
import { run } from './support/run.js';
import { clientFolders, describeWithPostgres, type Postgres } from './support/server.js';

/** Statements after which something is there, or gone, that was not. */
const marks =
  /(CREATE|ALTER|DROP) (SUBSCRIPTION|PUBLICATION|DATABASE "new|ROLE "rehelm)|DROP ROLE|pg_create_logical|pg_drop_replication|COMMENT ON ROLE|rehelm\.precopy (VALUES|SET)|setval/;
/** Databases of the source. */
type From = 'shop' | 'large';

const clients = { REHELM_POSTGRES_CLIENTS: clientFolders };

describeWithPostgres(16, 18)('a copy ahead whose copier is killed', () => {
  let program: CopierProgram;
  let source: Postgres;
  let target: Postgres;
  let before: Readonly<Record<'shop' | 'large', string>>;

  beforeAll(async () => {
    [program, source, target] = await Promise.all([bundleCopier(), startPublisher(16), startSubscriber(18)]);
    await source.query('postgres', 'CREATE DATABASE shop');
    await source.query(
      'shop',
      `CREATE TABLE item (id bigserial PRIMARY KEY, filler text); CREATE TABLE note (id integer PRIMARY KEY, item bigint REFERENCES item);
       INSERT INTO item (filler) SELECT i::text FROM generate_series(1, 1000) i; INSERT INTO note SELECT i, i FROM generate_series(1, 500) i;`,
    );
    // Rows of this one arrive for long enough to be killed meanwhile; wherever a statement is what kills, few are enough.
    await source.query('postgres', 'CREATE DATABASE large TEMPLATE shop');
    await source.query('large', `INSERT INTO item (filler) SELECT 'canary-row ' || repeat(md5(i::text), 10) FROM generate_series(1, 60000) i`);
    before = { shop: await catalogsOf(source), large: await catalogsOf(source, 'large') };
  }, 60_000);

  afterAll(async () => {
    program?.remove();
    await Promise.all([source?.stop(), target?.stop()]);
  });

  const place = (id: string, from: From, epoch = 1) =>
    ({ engine: 'postgresql', at: target.at, source: source.at, run: id, epoch, from, to: `new_${id}` }) as const;
  const drain = (id: string, from: From = 'shop'): PostgresRequestOf<'drainPrecopy'> => ({ ...place(id, from), verb: 'drainPrecopy' });
  const abort = (id: string, from: From = 'shop'): PostgresRequestOf<'abortPrecopy'> => ({ ...place(id, from, 2), verb: 'abortPrecopy' });
  const verify = (id: string, from: From = 'shop') => run({ engine: 'postgresql', verb: 'verify', at: target.at, source: source.at, from, to: `new_${id}` });

  async function expectNothingLeft(id: string, from: From = 'shop'): Promise<void> {
    expect(await catalogsOf(source, from)).toEqual(before[from]);
    expect(
      await target.query('postgres', `SELECT subname AS name FROM pg_subscription UNION ALL SELECT datname FROM pg_database WHERE datname = 'new_${id}'`),
    ).toEqual([]);
  }

  const nth = (number: number) => {
    let seen = 0;
    return (statement: string) => marks.test(statement) && ++seen === number;
  };

  async function isKilled(attempt: Promise<unknown>): Promise<boolean> {
    const error = await attempt.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (error !== undefined && !(error instanceof Killed)) throw error;
    return error !== undefined;
  }

  test('leaves nothing behind after an abort, wherever it was, and an abort that is killed itself goes on', async () => {
    for (let number = 1; ; number++) {
      const id = `a${number}`;
      const killed = await isKilled(run(precopyOf(source, target, id), { open: dyingAfter(nth(number)) }));
      await isKilled(run(abort(id), { open: dyingAfter(nth(1 + (number % 9))) }));
      await run(abort(id));
      await run(abort(id));
      await expectNothingLeft(id);
      if (killed) continue;
      expect(number).toBeGreaterThan(8);
      return;
    }
  }, 180_000);

  /** Kills once after every mark, the same verb again and again, until it gets through. */
  async function untilThrough(attempt: (open: ReturnType<typeof dyingAfter>) => Promise<unknown>): Promise<readonly string[]> {
    const struck = new Set<string>();
    const isTime = (statement: string) => {
      const mark = marks.exec(statement)?.[0];
      if (mark === undefined || struck.has(mark)) return false;
      struck.add(mark);
      return true;
    };
    while (await isKilled(attempt(dyingAfter(isTime))));
    return [...struck];
  }

  test('goes on after each of its statements, and so does its drain; what comes of it is equal', async () => {
    const id = 'again';
    const ahead = await untilThrough((open) => run(precopyOf(source, target, id), { open }));
    expect(ahead).toEqual(
      ['CREATE DATABASE "new', 'rehelm.precopy VALUES', 'CREATE PUBLICATION', 'pg_create_logical', 'CREATE ROLE "rehelm', 'ALTER ROLE "rehelm'].concat([
        'CREATE SUBSCRIPTION',
        'COMMENT ON ROLE',
        'ALTER SUBSCRIPTION',
      ]),
    );
    await source.query('shop', `INSERT INTO item (filler) VALUES ('late')`);
    const drained = await untilThrough((open) => run(drain(id), { open }));
    expect(drained).toEqual(
      [
        'rehelm.precopy VALUES',
        'setval',
        'ALTER DATABASE "new',
        'rehelm.precopy SET',
        'ALTER SUBSCRIPTION',
        'DROP SUBSCRIPTION',
        'ALTER ROLE "rehelm',
        'pg_drop_replication',
      ].concat(['DROP PUBLICATION', 'DROP ROLE']),
    );
    expect(await verify(id)).toMatchObject({ differences: [], equal: true });
    expect(await catalogsOf(source)).toEqual(before.shop);
    await run(abort(id));
    await expectNothingLeft(id);
  }, 120_000);

  test('by SIGKILL while rows arrive goes on with the next pod; the servers lost nothing', async () => {
    const first = program.start(precopyOf(source, target, 'killed', { from: 'large' }), 'pod-1', clients);
    await first.progress(({ bytes }) => bytes > 0);
    first.kill('SIGKILL');
    await first.ended;
    const copied = resultOf<{ tables: number }>(await program.start(precopyOf(source, target, 'killed', { from: 'large' }), 'pod-2', clients).ended);
    expect(copied.tables).toBe(2);
    await run(drain('killed', 'large'));
    expect(await verify('killed', 'large')).toMatchObject({ differences: [], equal: true });
    await run(abort('killed', 'large'));
    await expectNothingLeft('killed', 'large');
  }, 60_000);

  test('cannot write into the rollback: stopped in the middle, given up, awake again', async () => {
    const zombie = program.start(precopyOf(source, target, 'zombie', { from: 'large' }), 'pod-1', clients);
    await zombie.progress(() => true);
    zombie.kill('SIGSTOP');
    await run(abort('zombie', 'large'));
    zombie.kill('SIGCONT');
    expect((await zombie.ended).exitCode).not.toBe(0);
    const again = await program.start(precopyOf(source, target, 'zombie', { from: 'large' }), 'pod-2', clients).ended;
    expect(failureOf(again)).toMatchObject({ type: 'Superseded' });
    await expectNothingLeft('zombie', 'large');
  }, 60_000);
});
