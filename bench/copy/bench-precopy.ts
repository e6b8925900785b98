import { setTimeout as sleep } from 'node:timers/promises';
import type { CopierRequest, ResultOf } from '../../src/model/copier.js';
import type { PostgresFenceCapture } from '../../src/model/copier-postgres.js';
import { clientFolders, type Postgres, startPostgres } from '../../test/copier/postgres/support/server.js';
import { type CopierProgram, resultOf } from '../../test/copier/support/copier-process.js';
import { gapSeconds, startWriting, type Way } from './precopy-writers.js';

const gib = 1024 ** 3;
const rowBytes = 320;
const portions = 10;
/** After the switch, writers go on for a while: rows that came too late would show. */
const afterSeconds = 3;

export interface PrecopyFigures {
  readonly gibibytes: number;
  /** By the writers. */
  readonly cutoverSeconds: number;
  readonly aheadSeconds: number;
  /** Parts of the cutover, each a copier of its own. */
  readonly parts: { readonly fenceSeconds: number; readonly drainSeconds: number; readonly holdSeconds: number };
  /** Of both sides, while the writers were on the target. */
  readonly proofSeconds: number;
  readonly acknowledgedRows: number;
  readonly lostAcknowledgedRows: number;
  readonly rowsPerSecond: number;
}

/** What is acknowledged is on disk, as a product has it. */
const settings = {
  ...{ fsync: 'on', full_page_writes: 'on', synchronous_commit: 'on', wal_level: 'logical' },
  ...{ shared_buffers: '256MB', max_wal_size: '4GB', checkpoint_timeout: '15min' },
} as const;

async function fill(source: Postgres, gibibytes: number): Promise<void> {
  await source.query('postgres', `CREATE ROLE product LOGIN PASSWORD 'product'`);
  await source.query('postgres', 'CREATE DATABASE shop OWNER product');
  await source.query(
    'shop',
    `CREATE TABLE orders (id bigint, customer bigint NOT NULL, state text, note text); ALTER TABLE orders OWNER TO product;
     CREATE TABLE written (id text PRIMARY KEY, at timestamptz, number bigserial); ALTER TABLE written OWNER TO product;`,
  );
  const rows = Math.ceil((gibibytes * gib) / rowBytes / portions);
  for (let part = 0; part < portions; part++)
    await source.query(
      'shop',
      `INSERT INTO orders SELECT ${rows * part} + i, (random() * 1e9)::bigint, 'new', notes[1 + i % 1000] || md5(i::text)
       FROM generate_series(1, ${rows}) i, (SELECT array_agg(left(repeat(md5(n::text), 8), 230)) AS notes FROM generate_series(1, 1000) n) known`,
    );
  await source.query('shop', 'ALTER TABLE orders ADD PRIMARY KEY (id); CREATE INDEX ON orders (customer)');
  await source.query('shop', 'VACUUM ANALYZE');
}

/** One cutover of a database of this size, with writers at work from before the copy until after the switch. */
export async function benchPrecopy(program: CopierProgram, gibibytes: number, say: (line: string) => void): Promise<PrecopyFigures> {
  const [source, target] = await Promise.all([startPostgres(16, [], settings), startPostgres(18, [], settings)]);
  try {
    await fill(source, gibibytes);
    say(`${gibibytes} GiB are there`);
    return await cutOver({ program, source, target, gibibytes, say });
  } finally {
    await Promise.all([source.stop(), target.stop()]);
  }
}

interface Scene {
  readonly program: CopierProgram;
  readonly source: Postgres;
  readonly target: Postgres;
  readonly gibibytes: number;
  readonly say: (line: string) => void;
}

async function cutOver({ program, source, target, gibibytes, say }: Scene): Promise<PrecopyFigures> {
  let pods = 0;
  const start = (request: CopierRequest) => program.start(request, `pod-${++pods}`, { REHELM_POSTGRES_CLIENTS: clientFolders });
  const ask = async <R extends CopierRequest>(request: R) => resultOf<ResultOf<R>>(await start(request).ended);
  const place = { engine: 'postgresql', at: target.at, source: source.at, from: 'shop', to: 'store' } as const;
  const scope = { ...place, run: 'bench', epoch: 1 } as const;
  const timed = async <T>(what: string, act: () => Promise<T>): Promise<readonly [T, number]> => {
    const startedMs = performance.now();
    const result = await act();
    const seconds = (performance.now() - startedMs) / 1000;
    say(`${what}: ${seconds.toFixed(2)} s`);
    return [result, seconds];
  };

  const way: Way = { to: { side: 'source', at: source.at, database: 'shop' } };
  const writing = startWriting(way);
  const writingMs = performance.now();
  await sleep(2000);
  const [, aheadSeconds] = await timed('ahead', () => ask({ ...scope, verb: 'precopy', step: 's', slotLimitBytes: 50 * gib }));
  await sleep(2000);
  const before = writing.acknowledged.length;
  const rowsPerSecond = (before * 1000) / (performance.now() - writingMs);
  const captured: PostgresFenceCapture = await ask({ engine: 'postgresql', verb: 'captureFence', at: source.at, databases: ['shop'] });

  const [, fenceSeconds] = await timed('fence', () => ask({ engine: 'postgresql', verb: 'fence', at: source.at, run: 'bench', epoch: 1, captured }));
  const [drained, drainSeconds] = await timed('drain', () => ask({ ...scope, verb: 'drainPrecopy' }));
  const proof = start({ ...place, verb: 'provePrecopy', horizon: drained.target.horizon });
  const [, holdSeconds] = await timed('hold', () => proof.progress(() => true));
  way.to = { side: 'target', at: target.at, database: 'store' };
  const [proved, proofSeconds] = await timed('proof', async () =>
    resultOf<ResultOf<CopierRequest & { verb: 'verify'; engine: 'postgresql' }>>(await proof.ended),
  );
  if (!proved.equal) throw new Error(`the copy differs: ${proved.differences.join(' ')}`);
  await sleep(afterSeconds * 1000);
  await writing.stop();

  const there = new Set((await target.query<{ id: string }>('store', 'SELECT id FROM written')).map(({ id }) => id));
  const { acknowledged } = writing;
  return {
    ...{ gibibytes, cutoverSeconds: gapSeconds(acknowledged), aheadSeconds, parts: { fenceSeconds, drainSeconds, holdSeconds }, proofSeconds },
    ...{ acknowledgedRows: acknowledged.length, lostAcknowledgedRows: acknowledged.filter(({ id }) => !there.has(id)).length, rowsPerSecond },
  };
}
