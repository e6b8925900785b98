import { setTimeout as sleep } from 'node:timers/promises';
import { catalogsOf, precopyOf, startPublisher, startSubscriber } from './support/precopy.js';
import { run } from './support/run.js';
import { describeWithPostgres, type Postgres } from './support/server.js';

const mib = 1024 * 1024;

describeWithPostgres(16, 18)('a copy ahead that is lost', () => {
  let source: Postgres;
  let target: Postgres;
  let before: string;

  beforeAll(async () => {
    [source, target] = await Promise.all([startPublisher(16), startSubscriber(18)]);
    await source.query('postgres', 'CREATE DATABASE shop');
    await source.query(
      'shop',
      'CREATE TABLE item (id bigserial PRIMARY KEY, filler text); INSERT INTO item (filler) SELECT i::text FROM generate_series(1, 500) i;',
    );
    before = await catalogsOf(source);
  }, 60_000);

  afterAll(() => Promise.all([source?.stop(), target?.stop()]));

  const place = (id: string) => ({ engine: 'postgresql', at: target.at, source: source.at, run: id, epoch: 1, from: 'shop', to: `new_${id}` }) as const;
  const drain = (id: string) => run({ ...place(id), verb: 'drainPrecopy' });
  const abort = (id: string) => run({ ...place(id), epoch: 2, verb: 'abortPrecopy' });
  const slots = () => source.query('postgres', 'SELECT slot_name FROM pg_replication_slots');
  const guard = (id: string, slotLimitBytes: number) =>
    run({ engine: 'postgresql', verb: 'guardPrecopy', at: source.at, run: id, from: 'shop', to: `new_${id}`, slotLimitBytes, everySeconds: 0.1 });
  /** Nobody fetches any more, as where the target is down, and the product writes. */
  async function pileUp(id: string): Promise<void> {
    await target.query(`new_${id}`, `DO $$ BEGIN EXECUTE (SELECT format('ALTER SUBSCRIPTION %I DISABLE', subname) FROM pg_subscription); END $$`);
    const noise = `(SELECT string_agg(md5((i * j)::text), '') FROM generate_series(1, 50) j)`;
    await source.query('shop', `INSERT INTO item (filler) SELECT ${noise} FROM generate_series(1, 8000) i`);
  }

  test('by a guard that finds too much on the disk of the source while the run waits: the slot goes, the source is as it was', async () => {
    await run(precopyOf(source, target, 'parked'));
    const watching = guard('parked', 8 * mib);
    await source.query('postgres', 'SELECT pg_sleep(0.4)');
    expect(await slots()).toHaveLength(1);
    await pileUp('parked');
    expect((await watching).lost).toMatch(/^Replication slot rehelm_\w+ kept \d{7,} bytes of WAL on the source's disk, 8388608 are allowed: it was dropped\.$/);
    expect(await slots()).toEqual([]);
    await expect(drain('parked')).rejects.toMatchObject({ type: 'PrecopyLost', nonRetryable: true });
    await expect(run(precopyOf(source, target, 'parked'))).rejects.toMatchObject({ type: 'PrecopyLost' });
    await abort('parked');
    expect(await catalogsOf(source)).toEqual(before);
  }, 60_000);

  test('in the copy itself, where the limit is met there', async () => {
    await run(precopyOf(source, target, 'full'));
    await pileUp('full');
    await expect(run(precopyOf(source, target, 'full', { slotLimitBytes: 8 * mib }))).rejects.toMatchObject({ type: 'PrecopyLost' });
    expect(await slots()).toEqual([]);
    await abort('full');
    expect(await catalogsOf(source)).toEqual(before);
  }, 60_000);

  test('with its target leaves the source as it was; the rest goes once the target is back', async () => {
    await run(precopyOf(source, target, 'dead'));
    await target.halt('SIGQUIT');
    await expect(abort('dead')).rejects.toMatchObject({
      type: 'Unreachable',
      message: expect.stringMatching(/Nothing of the run is left on the source; database new_dead at 127\.0\.0\.1 has still to go\.$/),
    });
    expect(await catalogsOf(source)).toEqual(before);
    await target.resume();
    expect(await abort('dead')).toMatchObject({ dropped: true });
    expect(
      await target.query('postgres', `SELECT subname AS name FROM pg_subscription UNION ALL SELECT datname FROM pg_database WHERE datname = 'new_dead'`),
    ).toEqual([]);
    expect(await catalogsOf(source)).toEqual(before);
    await expect(run(precopyOf(source, target, 'dead'))).rejects.toMatchObject({ type: 'Superseded' });
  }, 60_000);

  test('not before somebody guards the disk of the source: until then no slot is made', async () => {
    const copying = run(precopyOf(source, target, 'guarded', { guarded: true }));
    while ((await target.query('postgres', `SELECT 1 FROM pg_database WHERE datname = 'new_guarded'`)).length === 0) await sleep(50);
    await sleep(1000);
    expect(await catalogsOf(source)).toEqual(before);
    const watching = guard('guarded', 1024 * mib);
    expect(await copying).toMatchObject({ tables: 1 });
    await abort('guarded');
    expect(await watching).toEqual({ lost: null });
  }, 60_000);

  test('not for a guard whose slot is gone in good order', async () => {
    await run(precopyOf(source, target, 'good'));
    const watching = guard('good', 1024 * mib);
    await drain('good');
    expect(await watching).toEqual({ lost: null });
    await abort('good');
  }, 60_000);

  test('by a definition that changed meanwhile, which is named', async () => {
    await run(precopyOf(source, target, 'altered'));
    await source.query('shop', 'ALTER TABLE item ADD COLUMN more text');
    const lost = { type: 'PrecopyLost', message: 'Definitions of the source changed while rows were copied ahead: TABLE public item.' };
    // Before the window, where it is asked once more; and in it.
    await expect(run(precopyOf(source, target, 'altered'))).rejects.toMatchObject(lost);
    await expect(drain('altered')).rejects.toMatchObject(lost);
    await abort('altered');
    await source.query('shop', 'ALTER TABLE item DROP COLUMN more');
  }, 60_000);

  test('by an index that was dropped or made otherwise since it was built ahead; one that is new is built', async () => {
    await source.query('shop', 'CREATE INDEX item_filler ON item (filler)');
    await run(precopyOf(source, target, 'indexed'));
    await source.query('shop', 'CREATE INDEX item_length ON item (length(filler))');
    await run(precopyOf(source, target, 'indexed'));
    const lost = { type: 'PrecopyLost', message: 'Definitions of the source changed while rows were copied ahead: INDEX public item_filler.' };
    await source.query('shop', 'DROP INDEX item_filler');
    await expect(run(precopyOf(source, target, 'indexed'))).rejects.toMatchObject(lost);
    await source.query('shop', 'CREATE INDEX item_filler ON item (filler DESC)');
    await expect(drain('indexed')).rejects.toMatchObject(lost);
    await abort('indexed');
    await source.query('shop', 'DROP INDEX item_filler, item_length');
  }, 60_000);

  test('to whoever wrote to the target before its state was held: the proof, and nothing else', async () => {
    await run(precopyOf(source, target, 'opened'));
    const { target: left } = await drain('opened');
    const prove = () =>
      run({ engine: 'postgresql', verb: 'provePrecopy', at: target.at, source: source.at, from: 'shop', to: 'new_opened', horizon: left.horizon });
    await target.query('postgres', 'CREATE TABLE elsewhere ()');
    expect(await prove()).toMatchObject({ equal: true });
    await target.query('new_opened', 'DELETE FROM item WHERE id = 1');
    await expect(prove()).rejects.toMatchObject({ type: 'ProofLost', nonRetryable: true });
    await abort('opened');
  }, 60_000);

  test('no proof is, to what users write once the state is held', async () => {
    await run(precopyOf(source, target, 'held'));
    const { target: left } = await drain('held');
    let held: () => void = () => undefined;
    const isHeld = new Promise<void>((resolve) => {
      held = resolve;
    });
    // Hashing waits for this one; the state does not.
    const progress = () => held();
    const proof = run(
      { engine: 'postgresql', verb: 'provePrecopy', at: target.at, source: source.at, from: 'shop', to: 'new_held', horizon: left.horizon },
      { progress },
    );
    await isHeld;
    await target.query('new_held', `DELETE FROM item WHERE id = 1; INSERT INTO item (filler) VALUES ('of a user')`);
    expect(await proof).toMatchObject({ differences: [], equal: true });
    expect(await target.query('new_held', 'SELECT 1 FROM item WHERE id = 1')).toEqual([]);
    await abort('held');
  }, 60_000);
});
