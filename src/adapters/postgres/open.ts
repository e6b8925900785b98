import { addAbortListener } from 'node:events';
import pg from 'pg';
import { failure, isFailure } from '../../errors.js';
import type { PostgresServer } from '../../model/postgres-facts.js';
import { CopyIn, CopyOut } from './copy-pipe.js';
import { toFailure } from './errors.js';
import type { Row } from './postgres.js';
import type { Moved, OpenPostgres, PipeOptions, PostgresSession, SessionOptions } from './session.js';

const connectWithinMs = 10_000;
const keepAliveAfterMs = 10_000;
const firstWithShortestFloats = 120_000;
const firstWithUserTimeout = 120_000;

/** Whatever database and role say: no limit ends a copy, and every value has one exact text. Text of floats is exact with 17 digits, and from version 12 on in its shortest form. */
const settings = (version: number, readOnly: boolean): string =>
  Object.entries({
    statement_timeout: '0',
    lock_timeout: '0',
    idle_in_transaction_session_timeout: '0',
    default_transaction_read_only: readOnly ? 'on' : 'off',
    extra_float_digits: version >= firstWithShortestFloats ? '1' : '3',
    DateStyle: 'ISO, YMD',
    IntervalStyle: 'postgres',
    TimeZone: 'UTC',
    bytea_output: 'hex',
    xmloption: 'content',
    lc_monetary: 'C',
    row_security: 'off',
    search_path: 'pg_catalog',
    // Markers and rows go the same way: a crash of the server loses both or none.
    synchronous_commit: 'off',
    // A node that is gone says nothing: its locks would stay for the two hours after which a kernel asks by itself.
    tcp_keepalives_idle: '10',
    tcp_keepalives_interval: '5',
    tcp_keepalives_count: '3',
    // Not of one that is read: a pipe that waits for its other end, or for its turn, takes nothing for as long as it likes.
    ...(version >= firstWithUserTimeout && !readOnly && { tcp_user_timeout: '30s' }),
  })
    .map(([name, value]) => `SET ${name} = '${value}';`)
    .join('\n');

/** Opens a session with node-postgres; of several hosts with the one that is no standby. */
export const openPostgres: OpenPostgres = (server, options) => {
  const hosts = server.host.split(',');
  return hosts.length === 1 ? openAt(server, options) : openPrimary(hosts, server, options);
};

/** For who cannot search by himself: libpq gives up at a standby that lacks the database. */
export async function oneHost(server: PostgresServer): Promise<PostgresServer> {
  const hosts = server.host.split(',');
  if (hosts.length === 1) return server;
  const session = await openPrimary(hosts, server, { database: 'postgres', applicationName: 'rehelm', readOnly: true });
  await session.close();
  return { ...server, host: session.host };
}

/** In their order. Where none is the primary, the first failure that is more than silence, else Unreachable with each one's reason. */
async function openPrimary(hosts: readonly string[], server: PostgresServer, options: SessionOptions): Promise<DriverSession> {
  const failures: unknown[] = [];
  for (const host of hosts) {
    try {
      return await openIfPrimary({ ...server, host }, options);
    } catch (error) {
      // A standby may lack the very database that is asked for.
      failures.push(error);
    }
  }
  const refused = failures.find((error) => !isFailure(error, 'Unreachable'));
  throw refused ?? failure('Unreachable', `none of them is a primary: ${failures.map((error) => (error as Error).message).join('; ')}`);
}

async function openIfPrimary(server: PostgresServer, options: SessionOptions): Promise<DriverSession> {
  const session = await openAt(server, options);
  const [row] = await session.query<{ standby: boolean }>('SELECT pg_catalog.pg_is_in_recovery() AS standby');
  if (row?.standby === false) return session;
  await session.close();
  throw failure('Unreachable', `${server.host} is a standby`);
}

async function openAt(server: PostgresServer, { database, applicationName, readOnly = false }: SessionOptions): Promise<DriverSession> {
  const { host, port = 5432, user, tls } = server;
  const client = new pg.Client({
    host,
    port,
    user: user.name,
    password: user.password,
    database,
    application_name: applicationName,
    connectionTimeoutMillis: connectWithinMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: keepAliveAfterMs,
    ...(tls && { ssl: { rejectUnauthorized: !tls.insecure, ...(tls.ca !== undefined && { ca: tls.ca }) } }),
  });
  // The driver raises what breaks an idle connection here; the next query fails with it.
  client.on('error', () => {});
  const session = new DriverSession(client, server, database);
  await session.begin(readOnly);
  return session;
}

class DriverSession implements PostgresSession {
  readonly #client: pg.Client;
  readonly #secret: string;
  readonly host: string;
  readonly name: string;
  version = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(client: pg.Client, { host, user }: PostgresServer, database: string) {
    this.#client = client;
    this.#secret = user.password;
    this.host = host;
    this.name = `${database} at ${host}`;
  }

  async begin(readOnly: boolean): Promise<void> {
    try {
      await this.#named('connecting to', () => this.#client.connect());
      const [row] = await this.query<{ version: string }>("SELECT current_setting('server_version_num') AS version");
      this.version = Number(row?.version);
      await this.run(settings(this.version, readOnly));
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async query<R extends object = Row>(text: string, values: readonly unknown[] = []): Promise<readonly R[]> {
    return (await this.#inTurn('asking', () => this.#client.query<R & Row>(text, [...values]))).rows;
  }

  async run(script: string): Promise<void> {
    await this.#inTurn('writing to', () => this.#client.query(script));
  }

  async inTransaction<T>(work: () => Promise<T>): Promise<T> {
    await this.run('BEGIN');
    try {
      const result = await work();
      await this.run('COMMIT');
      return result;
    } catch (error) {
      // A connection that is gone has rolled back by itself.
      await this.run('ROLLBACK').catch(() => undefined);
      throw error;
    }
  }

  async pipeFrom(source: PostgresSession, texts: { readonly out: string; readonly in: string }, { signal, onChunk }: PipeOptions): Promise<Moved> {
    if (!(source instanceof DriverSession)) throw new TypeError('a pipe joins two sessions of the same driver');
    const into = new CopyIn(texts.in);
    const stop = addAbortListener(signal, () => into.handleError(signal.reason));
    try {
      this.#client.query(into);
      const out = new CopyOut(texts.out, await into.ready, onChunk);
      source.#client.query(out);
      const [sent, taken] = await Promise.all([out.done, into.done]);
      if (sent !== taken) throw failure('CopyFailed', `${source.name} sent ${sent} rows, ${this.name} took ${taken}.`);
      return { rows: taken, bytes: out.bytes };
    } catch (error) {
      // Both are in the middle of something that nobody reads to its end.
      await Promise.all([source.close(), this.close()]);
      throw toFailure(error, `copying from ${source.name} to ${this.name}`, this.#secret);
    } finally {
      stop[Symbol.dispose]();
    }
  }

  /** `end` says goodbye and waits for the server, which may be busy with what nobody wants any more. */
  async close(): Promise<void> {
    const { connection } = this.#client as unknown as { readonly connection?: { readonly stream?: { destroy(): void } } };
    connection?.stream?.destroy();
  }

  /** A connection does one thing at a time. */
  #inTurn<T>(doing: string, act: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(() => this.#named(doing, act));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #named<T>(doing: string, act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      throw toFailure(error, `${doing} ${this.name}`, this.#secret);
    }
  }
}
