import { globSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { failure } from '../../errors.js';
import type { PostgresServer } from '../../model/copier-postgres.js';
import { run } from '../process/run.js';
import { type DumpOptions, notesSchema, type PostgresClients } from './clients.js';

/** Where Debian's packages have them, one folder per major. */
const debianFolders = '/usr/lib/postgresql/*/bin';
const connectSeconds = '10';

/** Runs the programs found in `folders`, patterns allowed, colons between them. */
export class ClientPrograms implements PostgresClients {
  readonly #folders: string;
  #found: Promise<ReadonlyMap<number, string>> | undefined;

  constructor(folders: string = process.env['REHELM_POSTGRES_CLIENTS'] ?? debianFolders) {
    this.#folders = folders;
  }

  async majors(): Promise<readonly number[]> {
    return [...(await this.#byMajor()).keys()].sort((a, b) => a - b);
  }

  async dumpDefinitions(server: PostgresServer, database: string, { major, section, signal }: DumpOptions): Promise<string> {
    const program = (await this.#byMajor()).get(major);
    if (program === undefined) throw failure('ToolTooOld', `there is no pg_dump ${major} here`);
    const what = [`--section=${section}`, '--verbose', '--encoding=UTF8', '--no-tablespaces', '--no-subscriptions', `--exclude-schema=${notesSchema}`];
    const args = [...what, '--no-password', `--host=${server.host}`, `--port=${server.port ?? 5432}`, `--username=${server.user.name}`, `--dbname=${database}`];
    return withAuthority(server, async (tls) => {
      const env = { PATH: `${dirname(program)}:${process.env['PATH'] ?? ''}`, PGPASSWORD: server.user.password, PGCONNECT_TIMEOUT: connectSeconds, ...tls };
      const ended = await run({ command: program, args, env, signal, graceSeconds: 1 });
      if (ended.exitCode === 0 && !ended.overflowed) return ended.stdout;
      throw dumpFailure(`pg_dump ${major} of ${database} at ${server.host}`, ended.stderr, server.user.password);
    });
  }

  #byMajor(): Promise<ReadonlyMap<number, string>> {
    this.#found ??= findPrograms(this.#folders.split(':'));
    return this.#found;
  }
}

async function findPrograms(folders: readonly string[]): Promise<ReadonlyMap<number, string>> {
  const programs = globSync(folders.map((folder) => join(folder, 'pg_dump')));
  const found = await Promise.all(
    programs.map(async (program) => {
      const { stdout } = await run({ command: program, args: ['--version'], env: {} });
      const major = Number(/ (\d+)/.exec(stdout)?.[1]);
      return major > 0 ? [[major, program] as const] : [];
    }),
  );
  return new Map(found.flat());
}

/** The certificate's authority as the file that libpq wants, for the time of `use`. */
async function withAuthority<T>({ tls }: PostgresServer, use: (env: Readonly<Record<string, string>>) => Promise<T>): Promise<T> {
  if (!tls) return use({});
  if (tls.ca === undefined || tls.insecure) return use({ PGSSLMODE: 'require' });
  const folder = await mkdtemp(join(tmpdir(), 'rehelm-tls-'));
  try {
    const file = join(folder, 'ca.pem');
    await writeFile(file, tls.ca);
    return await use({ PGSSLMODE: 'verify-full', PGSSLROOTCERT: file });
  } finally {
    await rm(folder, { recursive: true });
  }
}

const lostServer = /could not connect|Connection refused|server closed the connection|could not translate host name|starting up|shutting down|timeout expired/;

/** The program says `error:` before what matters; the rest tells what it was doing. */
function dumpFailure(doing: string, stderr: string, secret: string): Error {
  const said = stderr.split('\n').filter((line) => /(error|fatal|detail):/i.test(line));
  const text = (said.length > 0 ? said : stderr.trim().split('\n').slice(-3)).join(' ').replaceAll(secret || '\0', '***');
  if (/password authentication failed/.test(text)) return failure('WrongPassword', `${doing}: ${text}`);
  if (/server version mismatch/.test(text)) return failure('ToolTooOld', `${doing}: ${text}`);
  if (/permission denied/.test(text)) return failure('Forbidden', `${doing}: ${text}`);
  return failure(lostServer.test(text) ? 'Unreachable' : 'CopyFailed', `${doing}: ${text}`);
}
