import { openPostgres } from '../../../src/adapters/postgres/open.js';
import type { OpenPostgres } from '../../../src/adapters/postgres/session.js';
import type { PostgresCopyRequest } from '../../../src/model/copier-postgres.js';
import { run } from './support/run.js';
import { describeWithPostgres, type Postgres, startPostgres } from './support/server.js';

/** Every statement that fills or builds, in the order in which they were begun. */
function recorded(): { readonly open: OpenPostgres; readonly seen: string[] } {
  const seen: string[] = [];
  const note = (text: string) => {
    const [found] = /COPY public\.\w+|CREATE INDEX \w+|ADD CONSTRAINT \w+/.exec(text.replaceAll('"', '')) ?? [];
    if (found) seen.push(found);
  };
  const open: OpenPostgres = async (server, options) => {
    const session = await openPostgres(server, options);
    if (options.readOnly) return session;
    return {
      version: session.version,
      name: session.name,
      query: (text, values) => session.query(text, values),
      run: (script) => {
        note(script);
        return session.run(script);
      },
      inTransaction: (work) => session.inTransaction(work),
      pipeFrom: (from, texts, more) => {
        note(texts.in);
        return session.pipeFrom(from, texts, more);
      },
      close: () => session.close(),
    };
  };
  return { open, seen };
}

describeWithPostgres(16, 18)('indexes of a table', () => {
  let [source, target]: Postgres[] = [];
  beforeAll(async () => {
    [source, target] = await Promise.all([startPostgres(16), startPostgres(18)]);
    await source.query('postgres', 'CREATE DATABASE shop');
    const table = (name: string, rows: number) =>
      `CREATE TABLE ${name} (id integer PRIMARY KEY, at integer); CREATE INDEX ${name}_at ON ${name} (at); INSERT INTO ${name} SELECT i, i FROM generate_series(1, ${rows}) i;`;
    await source.query('shop', ['biggest', 'second', 'third', 'last'].map((name, index) => table(name, 4000 - index * 1000)).join('\n'));
    await source.query('shop', 'ANALYZE');
  }, 60_000);
  afterAll(() => Promise.all([source?.stop(), target?.stop()]));

  async function copy(to: string, more: Partial<PostgresCopyRequest>): Promise<readonly string[]> {
    const { open, seen } = recorded();
    const request = { engine: 'postgresql', at: target!.at, run: to, epoch: 1, verb: 'copy', source: source!.at, step: 's', from: 'shop', to } as const;
    await run({ ...request, ...more }, { open });
    expect(await target!.query(to, `SELECT indexname FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1`)).toHaveLength(8);
    return seen;
  }

  test('are built while rows of others wait, and once', async () => {
    const seen = await copy('early', { connections: 1 });
    expect(seen).toEqual([
      ...['COPY public.biggest', 'ADD CONSTRAINT biggest_pkey', 'CREATE INDEX biggest_at'],
      ...['COPY public.second', 'ADD CONSTRAINT second_pkey', 'CREATE INDEX second_at'],
      ...['COPY public.third', 'ADD CONSTRAINT third_pkey', 'CREATE INDEX third_at'],
      // With nothing left to wait for: by everybody.
      ...['COPY public.last', 'ADD CONSTRAINT last_pkey', 'CREATE INDEX last_at'],
    ]);
  }, 30_000);

  test('are built by everybody in the end where each hand has its last table', async () => {
    const seen = await copy('late', { connections: 4 });
    expect(seen.slice(0, 4).every((text) => text.startsWith('COPY'))).toBe(true);
  }, 30_000);

  test('wait for all units of their table', async () => {
    const seen = await copy('cut', { connections: 1, unitBytes: 32_768 });
    for (const name of ['biggest', 'second', 'third', 'last'])
      expect(seen.lastIndexOf(`COPY public.${name}`)).toBeLessThan(seen.indexOf(`CREATE INDEX ${name}_at`));
    expect(seen.findIndex((text) => text.startsWith('CREATE INDEX'))).toBeLessThan(seen.findLastIndex((text) => text.startsWith('COPY')));
    expect(seen.filter((text) => text === 'COPY public.biggest').length).toBeGreaterThan(2);
  }, 30_000);
});
