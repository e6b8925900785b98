import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { openPostgres } from '../../../src/adapters/postgres/open.js';
import type { PostgresSession } from '../../../src/adapters/postgres/session.js';
import { readHorizon, requireStill } from '../../../src/copier/postgres/horizon.js';
import type { PostgresCopyRequest } from '../../../src/model/copier-postgres.js';
import { dyingAfter, Killed } from './support/dying.js';
import { run } from './support/run.js';
import { describeWithPostgres, type Postgres, startPostgres } from './support/server.js';

const shop = `
  CREATE TABLE item (id serial PRIMARY KEY, filler text); INSERT INTO item (filler) SELECT i::text FROM generate_series(1, 1000) i;
  CREATE TABLE empty (id integer); CREATE SEQUENCE ticket; SELECT lo_from_bytea(70001, 'page');
`;

const writes = [
  ['a row', `INSERT INTO item (filler) VALUES ('late')`],
  ['a table that is emptied', 'TRUNCATE item'],
  ['an empty table that is emptied', 'TRUNCATE empty'],
  ['a sequence', `SELECT setval('ticket', 77)`],
  ['a number drawn', `SELECT nextval('ticket')`],
  ['a page of a large object', `SELECT lo_put(70001, 0, '!')`],
  ['an index', 'CREATE INDEX ON item (filler)'],
  ['a comment', `COMMENT ON TABLE empty IS 'late'`],
  ['a right', 'GRANT SELECT ON empty TO PUBLIC'],
  ['a function', 'CREATE OR REPLACE FUNCTION late() RETURNS integer LANGUAGE sql AS $$ SELECT 1 $$'],
] as const;

describe.each([12, 15] as const)('of PostgreSQL %i', (major) => {
  describeWithPostgres(major)('a source to which nobody may write', () => {
    let server: Postgres;
    let session: PostgresSession;
    const clients: pg.Client[] = [];

    beforeAll(async () => {
      server = await startPostgres(major, [], { autovacuum: 'off' });
      for (const name of ['shop', 'other']) await server.query('postgres', `CREATE DATABASE ${name}`);
      await server.query('shop', shop);
      await server.query('other', 'CREATE TABLE item (id integer)');
      session = await openPostgres(server.at, { database: 'shop', applicationName: 'rehelm', readOnly: true });
    }, 60_000);

    afterEach(() => Promise.all(clients.splice(0).map((client) => client.end().catch(() => undefined))));

    afterAll(async () => {
      await session?.close();
      await server?.stop();
    });

    const goOn = () => server.query('other', 'INSERT INTO item VALUES (1)');
    async function connect(): Promise<pg.Client> {
      const client = new pg.Client({ ...server.at, user: 'postgres', password: server.at.user.password, database: 'shop' });
      client.on('error', () => {});
      await client.connect();
      clients.push(client);
      return client;
    }
    const changed = expect.objectContaining({
      type: 'SourceChanged',
      message: expect.stringMatching(/^shop at 127\.0\.0\.1 was written to while it was read: /),
    });

    test.each(writes)('was changed by %s, whatever else the server did', async (_, sql) => {
      const before = await readHorizon(session);
      await server.query('shop', sql);
      await goOn();
      await expect(requireStill(session, before)).rejects.toEqual(changed);
    });

    test('was not by another database, nor by what autovacuum does', async () => {
      const before = await readHorizon(session);
      await goOn();
      await server.query('shop', 'ANALYZE');
      await server.query('shop', 'VACUUM (FREEZE, ANALYZE)');
      const after = await requireStill(session, before);
      expect(after.xmax).not.toBe(before.xmax);
      expect(await requireStill(session, after)).toMatchObject({ xmax: after.xmax });
    });

    test('was not by somebody who looks at it again and again', async () => {
      const client = await connect();
      const looking = setInterval(() => void client.query('SELECT count(*) FROM item').catch(() => undefined), 300);
      try {
        const before = await readHorizon(session);
        await goOn();
        await sleep(400);
        expect(await requireStill(session, before)).toMatchObject({ rowsWritten: before.rowsWritten });
      } finally {
        clearInterval(looking);
      }
    }, 30_000);

    test('was, by a session that rests and has not told its server what it wrote', async () => {
      const client = await connect();
      await client.query(`INSERT INTO item (filler) VALUES ('told')`);
      const before = await readHorizon(session);
      await client.query(`INSERT INTO item (filler) VALUES ('not told yet')`);
      const answer = requireStill(session, before);
      if (major >= 15) await expect(answer).rejects.toEqual(changed);
      else {
        // Before 15 it tells when it goes.
        await expect(answer).rejects.toMatchObject({ type: 'NotReady', message: expect.stringMatching(/hold a transaction: \d+ of postgres\. End them\.$/) });
        await client.end();
        await expect(requireStill(session, before)).rejects.toEqual(changed);
      }
    }, 60_000);

    test('was, by a transaction that was under way and came to its end', async () => {
      const client = await connect();
      await client.query(`BEGIN; INSERT INTO empty VALUES (1)`);
      await goOn();
      const before = await readHorizon(session);
      await client.query('COMMIT');
      await client.end();
      await expect(requireStill(session, before)).rejects.toEqual(changed);
    }, 30_000);

    test('is not known to be still while somebody holds a transaction that writes', async () => {
      const client = await connect();
      await client.query(`BEGIN; INSERT INTO empty VALUES (1)`);
      const before = await readHorizon(session);
      await goOn();
      await expect(requireStill(session, before)).rejects.toMatchObject({ type: 'NotReady' });
    }, 30_000);
  });
});

describeWithPostgres(18)('a copy that goes on', () => {
  test('finds what was written to its source since the first attempt, though nobody wrote since the second began', async () => {
    const server = await startPostgres(18);
    try {
      await server.query('postgres', 'CREATE DATABASE shop');
      await server.query('shop', shop);
      const request = {
        engine: 'postgresql',
        verb: 'copy',
        at: server.at,
        run: 'r1',
        epoch: 1,
        step: 's',
        from: 'shop',
        to: 'store',
      } as const satisfies PostgresCopyRequest;
      await expect(run(request, { open: dyingAfter((statement) => statement.includes('SET planned')) })).rejects.toThrow(Killed);
      await server.halt('SIGQUIT');
      await server.resume();
      // Which has lost its counters and skips numbers of sequences, no more.
      expect(await run(request)).toMatchObject({ source: { rows: 1000 } });
      const second = { ...request, run: 'r3', to: 'late' };
      await expect(run(second, { open: dyingAfter((statement) => statement.includes('SET planned')) })).rejects.toThrow(Killed);
      await server.query('shop', `UPDATE item SET filler = 'late' WHERE id = 7`);
      await expect(run(second)).rejects.toMatchObject({ type: 'SourceChanged', nonRetryable: true });
      expect(await run({ ...request, run: 'r2', to: 'again' })).toMatchObject({ source: { rows: 1000 } });
    } finally {
      await server.stop();
    }
  }, 60_000);
});
