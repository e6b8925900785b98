import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { connectionString } from '../../../../src/adapters/postgres/session.js';
import type { PostgresServer } from '../../../../src/model/postgres-facts.js';
import { freePort } from '../../../support/free-port.js';

const exec = promisify(execFile);

/** PostgreSQL refuses to run as root. */
export const nobody: { readonly uid?: number; readonly gid?: number } = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

export type Major = 11 | 12 | 15 | 16 | 17 | 18;

/** The folder with bin, lib and share, or undefined where it was not fetched: tests that need it are skipped, and say so. */
export function folderOf(major: Major): string | undefined {
  const folder = process.env[`REHELM_POSTGRES_${major}`];
  return folder !== undefined && existsSync(join(folder, 'bin/postgres')) ? folder : undefined;
}

/** `describe` where these servers are there; elsewhere a skipped suite and a line nobody overlooks. */
export function describeWithPostgres(...majors: readonly Major[]): jest.Describe | typeof describe.skip {
  const missing = majors.filter((major) => folderOf(major) === undefined);
  if (missing.length === 0) return describe;
  process.stderr.write(
    `\nSKIPPED: no PostgreSQL ${missing.join(', ')}; set REHELM_POSTGRES_${missing[0]}, as \`bin/lab tools --print postgres-${missing[0]}\` names it.\n\n`,
  );
  return describe.skip;
}

/** Programs of the versions that have them, for ClientPrograms. */
export const clientFolders = ([16, 18] as const)
  .flatMap((major) => folderOf(major) ?? [])
  .map((folder) => join(folder, 'bin'))
  .join(':');

export interface Postgres {
  readonly major: Major;
  readonly at: PostgresServer;
  readonly data: string;
  /** The folder with its programs, which whoever it runs as can reach. */
  readonly programs: string;
  /** As its superuser. */
  query<R extends object = Record<string, unknown>>(database: string, text: string): Promise<readonly R[]>;
  restart(): Promise<void>;
  /** Ends it and keeps its data: SIGINT in good order, SIGQUIT not. */
  halt(signal: 'SIGINT' | 'SIGQUIT'): Promise<void>;
  resume(): Promise<void>;
  kill(): void;
  stop(): Promise<void>;
}

const password = 'postgres-canary';

export type ServerSettings = Readonly<Record<string, string | number>>;

async function start(folder: string, data: string, port: number, more: ServerSettings): Promise<ChildProcess> {
  const settings = { listen_addresses: '127.0.0.1', port, unix_socket_directories: '', fsync: 'off', max_wal_size: '2GB', shared_buffers: '64MB', ...more };
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const env = { ...process.env, LD_LIBRARY_PATH: join(folder, 'lib'), LC_ALL: 'C.UTF-8' };
  return spawn(join(folder, 'bin/postgres'), ['-D', data, ...args], { env, stdio: 'ignore', ...nobody });
}

async function untilReady(at: PostgresServer, child: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 400; attempt++) {
    const client = new pg.Client({ host: at.host, port: at.port, user: at.user.name, password: at.user.password, database: 'postgres' });
    client.on('error', () => {});
    try {
      await client.connect();
      return await client.end();
    } catch (error) {
      if (child.exitCode !== null) throw error;
      await sleep(50);
    }
  }
  throw new Error('PostgreSQL did not answer within 20 s');
}

/** A server of its own on a free port with SCRAM passwords, its data in a folder that goes with it. */
export async function startPostgres(major: Major, more: readonly string[] = [], settings: ServerSettings = {}): Promise<Postgres> {
  // Whoever it runs as has to reach its data, and its programs: a cache in a home is shut.
  if (nobody.uid !== undefined && (statSync(tmpdir()).mode & 1) === 0) chmodSync(tmpdir(), 0o711);
  const home = mkdtempSync(join(tmpdir(), `rehelm-postgres-${major}-`));
  const [data, folder, secret] = [join(home, 'data'), join(home, 'programs'), join(home, 'password')];
  await exec('cp', ['-a', '--reflink=auto', String(folderOf(major)), folder]);
  mkdirSync(data, { mode: 0o700 });
  writeFileSync(secret, password);
  for (const path of [home, data, secret]) if (nobody.uid !== undefined && nobody.gid !== undefined) chownSync(path, nobody.uid, nobody.gid);
  const env = { ...process.env, LD_LIBRARY_PATH: join(folder, 'lib'), LC_ALL: 'C.UTF-8' };
  const init = ['-D', data, '-U', 'postgres', '--auth=scram-sha-256', `--pwfile=${secret}`, '--encoding=UTF8', '--no-sync', ...more];
  await exec(join(folder, 'bin/initdb'), init, { env, ...nobody });
  const at: PostgresServer = { host: '127.0.0.1', port: await freePort(), user: { name: 'postgres', password } };
  let child = await start(folder, data, at.port ?? 0, settings);
  await untilReady(at, child);
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await ended;
  };
  const resume = async () => {
    child = await start(folder, data, at.port ?? 0, settings);
    await untilReady(at, child);
  };
  return {
    major,
    at,
    data,
    async query<R extends object>(database: string, text: string): Promise<readonly R[]> {
      const client = new pg.Client({ host: at.host, port: at.port, user: 'postgres', password, database });
      client.on('error', () => {});
      await client.connect();
      try {
        const answer: unknown = await client.query(text);
        const last = Array.isArray(answer) ? answer.at(-1) : answer;
        return (last as { readonly rows: readonly R[] }).rows;
      } finally {
        await client.end();
      }
    },
    programs: folder,
    async restart() {
      await end('SIGINT');
      await resume();
    },
    halt: end,
    resume,
    kill: () => void child.kill('SIGQUIT'),
    async stop() {
      await end('SIGINT');
      rmSync(home, { recursive: true, force: true });
    },
  };
}

export interface Standby {
  /** The port is its primary's. */
  readonly host: string;
  stop(): Promise<void>;
}

/** Follows `primary`, which is restarted for it, from another address of the loopback network; named `member` there. */
export async function startStandby(primary: Postgres, member: string, host: string): Promise<Standby> {
  const home = mkdtempSync(join(tmpdir(), 'rehelm-standby-'));
  const data = join(home, 'data');
  await primary.halt('SIGINT');
  await exec('cp', ['-a', primary.data, data]);
  await primary.resume();
  writeFileSync(join(data, 'standby.signal'), '');
  rmSync(join(data, 'postmaster.pid'), { force: true });
  for (const path of [home, join(data, 'standby.signal')]) if (nobody.uid !== undefined && nobody.gid !== undefined) chownSync(path, nobody.uid, nobody.gid);
  const { host: of, port = 0, user } = primary.at;
  const source = connectionString({ host: of, port: String(port), user: user.name, password: user.password, application_name: member });
  const child = await start(primary.programs, data, port, { listen_addresses: host, primary_conninfo: source });
  await untilReady({ ...primary.at, host }, child);
  return {
    host,
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGINT');
      await ended;
      rmSync(home, { recursive: true, force: true });
    },
  };
}
