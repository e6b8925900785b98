import { globSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { type FailureType, failure } from '../../errors.js';
import type { PostgresServer } from '../../model/postgres-facts.js';
import { type Ended, howEnded, run } from '../process/run.js';
import { type DumpOptions, type DumpOrder, notesSchema, type PostgresClients, type RestoreOrder } from './clients.js';
import { oneHost } from './open.js';
import { withoutPsqlOnly } from './psql-only.js';
import { connectionString } from './session.js';

/** Where Debian's packages have them, one folder per major. */
const debianFolders = '/usr/lib/postgresql/*/bin';
const connectSeconds = '10';
/** A server that is gone says nothing: half a minute, not two hours. */
const placeOf = (dbname: string): string => connectionString({ dbname, keepalives_idle: '10', keepalives_interval: '5', keepalives_count: '3' });

type ProgramName = 'pg_dump' | 'pg_restore' | 'psql';

interface RunOptions {
  readonly major: number;
  readonly what: readonly string[];
  readonly input?: Readable;
  readonly signal: AbortSignal;
  /** What a failure is that has no name of its own. */
  readonly type: FailureType;
}

/** What a dump leaves out, and how it is written. */
const left = ['--encoding=UTF8', '--no-tablespaces', '--no-subscriptions', `--exclude-schema=${notesSchema}`];

const environment = (folder: string): Readonly<Record<string, string>> => ({ PATH: `${folder}:${process.env['PATH'] ?? ''}` });

/** Runs the programs found in `folders`, patterns allowed, colons between them. `maxOutputBytes`: of definitions and statistics; default: what a child may write. */
export class ClientPrograms implements PostgresClients {
  readonly #folders: string;
  readonly #limits: { readonly maxOutputBytes?: number };
  #found: Promise<ReadonlyMap<number, string>> | undefined;

  constructor(folders: string = process.env['REHELM_POSTGRES_CLIENTS'] ?? debianFolders, maxOutputBytes?: number) {
    this.#folders = folders;
    this.#limits = maxOutputBytes === undefined ? {} : { maxOutputBytes };
  }

  async majors(): Promise<readonly number[]> {
    return [...(await this.#byMajor()).keys()].sort((a, b) => a - b);
  }

  async dumpDefinitions(server: PostgresServer, database: string, { major, section, snapshot, signal }: DumpOptions): Promise<string> {
    const what = [`--section=${section}`, '--verbose', ...left, ...(snapshot === undefined ? [] : [`--snapshot=${snapshot}`])];
    return this.#run('pg_dump', server, database, { major, what, signal, type: 'CopyFailed' });
  }

  async dumpStatistics(server: PostgresServer, database: string, { major, signal }: Pick<DumpOptions, 'major' | 'signal'>): Promise<string> {
    const text = await this.#run('pg_dump', server, database, { major, what: ['--statistics-only', ...left], signal, type: 'CopyFailed' });
    return withoutPsqlOnly(text);
  }

  async versionOf(major: number): Promise<string> {
    const { stdout } = await run({ command: await this.#program(major, 'pg_dump'), args: ['--version'], env: {} });
    return / (\d+(?:\.\d+)?)/.exec(stdout)?.[1] ?? `${major}`;
  }

  async dump(server: PostgresServer, database: string, { major, format, path, jobs, snapshot, signal }: DumpOrder): Promise<void> {
    const inFolder = format === 'directory' ? [`--jobs=${jobs}`, '--compress=1'] : [];
    const what = [`--format=${format}`, `--file=${path}`, ...inFolder, `--snapshot=${snapshot}`, ...left];
    await this.#run('pg_dump', server, database, { major, what, signal, type: 'BackupFailed' });
  }

  async listArchive(major: number, folder: string, signal: AbortSignal): Promise<readonly string[]> {
    const ended = await run({ command: await this.#program(major, 'pg_restore'), args: ['--list', folder], env: environment(''), signal });
    if (ended.exitCode !== 0) throw failure('DumpIncomplete', `pg_restore ${major} does not read what pg_dump wrote: ${lastWords(ended)}`);
    return ended.stdout.split('\n').filter((line) => line !== '' && !line.startsWith(';'));
  }

  async restore(server: PostgresServer, database: string, { major, format, path, jobs, instead, signal }: RestoreOrder): Promise<void> {
    const options = { major, signal, type: 'BackupFailed' } as const;
    const file = instead ? '-' : path;
    const sql = ['--no-psqlrc', '--quiet', '--output=/dev/null', '--set=ON_ERROR_STOP=1', `--file=${file}`];
    if (format === 'plain' || instead) await this.#run('psql', server, database, { ...options, what: sql, ...(instead && { input: instead }) });
    if (format === 'plain') return;
    const rest = instead ? ['--section=data', '--section=post-data'] : [];
    const what = [...rest, `--jobs=${jobs}`, '--exit-on-error', '--no-tablespaces', '--no-subscriptions', path];
    await this.#run('pg_restore', server, database, { ...options, what });
  }

  async #run(name: ProgramName, to: PostgresServer, database: string, { major, what, input, signal, type }: RunOptions): Promise<string> {
    const [program, server] = await Promise.all([this.#program(major, name), oneHost(to)]);
    const args = [
      '--no-password',
      `--host=${server.host}`,
      `--port=${server.port ?? 5432}`,
      `--username=${server.user.name}`,
      `--dbname=${placeOf(database)}`,
      ...what,
    ];
    return withAuthority(server, async (tls) => {
      const env = { ...environment(dirname(program)), PGPASSWORD: server.user.password, PGCONNECT_TIMEOUT: connectSeconds, ...tls };
      const ended = await run({ command: program, args, env, signal, graceSeconds: 1, ...this.#limits, ...(input && { input }) });
      if (ended.exitCode === 0 && !ended.overflowed) return ended.stdout;
      throw programFailure(`${name} ${major} of ${database} at ${server.host}`, ended, server.user.password, type);
    });
  }

  async #program(major: number, name: ProgramName): Promise<string> {
    const dump = (await this.#byMajor()).get(major);
    if (dump === undefined) throw failure('ToolTooOld', `there is no ${name} ${major} here`);
    return join(dirname(dump), name);
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

/** What a server says of a value quotes it, and DETAIL and CONTEXT show rows, which have no business in a history. */
const quotesData = /(invalid [^"]*|malformed [^"]*|out of range[^"]*|\bvalue )".*/i;

/** The program says `error:` before what matters; the rest tells what it was doing. Of one that was ended, that comes first. */
function lastWords(ended: Ended): string {
  const lines = ended.stderr.trim().split('\n');
  const said = lines.filter((line) => /(error|fatal):/i.test(line));
  const told = (said.length > 0 ? said : lines.slice(-3)).map((line) => line.replace(quotesData, '$1"…"'));
  const how = howEnded(ended);
  return [...(how === undefined ? [] : [`${how}.`]), ...told].join(' ').trim();
}

function programFailure(doing: string, ended: Ended, secret: string, type: FailureType): Error {
  const text = lastWords(ended).replaceAll(secret || '\0', '***');
  if (/password authentication failed/.test(text)) return failure('WrongPassword', `${doing}: ${text}`);
  if (/server version mismatch/.test(text)) return failure('ToolTooOld', `${doing}: ${text}`);
  if (/permission denied/.test(text)) return failure('Forbidden', `${doing}: ${text}`);
  if (/No space left on device|disk full/i.test(text)) return failure('NoSpace', `${doing}: ${text}`);
  return failure(lostServer.test(text) ? 'Unreachable' : type, `${doing}: ${text}`);
}
