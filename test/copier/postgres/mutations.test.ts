import { writeFigures } from '../support/mutation-figures.js';
import { harmless, type Mutation, mutations } from './support/mutations.js';
import { run } from './support/run.js';
import { describeWithPostgres, type Postgres, startPostgres } from './support/server.js';
import { databaseOf, shop } from './support/shop.js';

/** Where figures go: then all are tried, and whatever comes of each is written down. */
const out = process.env['REHELM_MUTATIONS'];
const chosen = out === undefined ? mutations.filter((_, index) => index % 10 === 0) : mutations;

describeWithPostgres(16, 18)('the verifier', () => {
  let source: Postgres;
  let target: Postgres;

  beforeAll(async () => {
    [source, target] = await Promise.all([startPostgres(16), startPostgres(18)]);
    await source.query('postgres', 'CREATE DATABASE shop');
    await source.query('shop', shop);
    await source.query('postgres', databaseOf('shop'));
    await run({ engine: 'postgresql', verb: 'copy', at: target.at, source: source.at, run: 'r1', epoch: 1, step: 's', from: 'shop', to: 'store' });
  }, 60_000);

  afterAll(() => Promise.all([source?.stop(), target?.stop()]));

  const verify = () => run({ engine: 'postgresql', verb: 'verify', at: target.at, source: source.at, from: 'shop', to: 'mutated' });

  async function afterMutation({ sql }: Pick<Mutation, 'sql'>): Promise<readonly string[]> {
    await target.query('postgres', 'DROP DATABASE IF EXISTS mutated');
    await target.query('postgres', 'CREATE DATABASE mutated TEMPLATE store');
    await target.query('postgres', databaseOf('mutated'));
    await target.query('mutated', sql);
    return (await verify()).differences;
  }

  const found: string[] = [];
  const falseAlarms: string[] = [];

  test.each(harmless)(
    'finds nothing where there was only %s',
    async (sql) => {
      const alarms = await afterMutation({ sql });
      falseAlarms.push(...alarms);
      expect(alarms).toEqual([]);
    },
    30_000,
  );

  test.each(chosen)(
    'finds $what',
    async (mutation) => {
      const differences = await afterMutation(mutation);
      expect(differences.join('\n')).toMatch(mutation.named);
      // A table whose column or owner changes may bring others with it; one row brings nothing else.
      if (/^UPDATE|^DELETE/.test(mutation.sql) && !mutation.sql.includes(';')) expect(differences).toHaveLength(1);
      found.push(mutation.what);
    },
    30_000,
  );

  afterAll(() => {
    if (out === undefined) return;
    writeFigures(out, { mutations: mutations.map(({ what }) => what), found, falseAlarms });
  });
});
