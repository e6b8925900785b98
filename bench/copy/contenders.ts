import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import type { PostgresCopyResult } from '../../src/model/copier-postgres.js';
import type { PostgresServer, PostgresVerifyResult } from '../../src/model/postgres-facts.js';
import { clientFolders, folderOf } from '../../test/copier/postgres/support/server.js';
import { type CopierProgram, resultOf } from '../../test/copier/support/copier-process.js';
import { watchPeak } from '../../test/copier/support/peak.js';

/** The two ends as a contender sees them; perhaps from afar. */
export interface Ends {
  readonly source: PostgresServer;
  readonly target: PostgresServer;
  readonly from: string;
  readonly to: string;
  /** Of the copier; default its own. */
  readonly connections?: number;
}

const folder = (): string => String(folderOf(18));
const env = ({ user }: PostgresServer) => ({ PGPASSWORD: user.password, PATH: `${join(folder(), 'bin')}:${process.env['PATH']}`, LC_ALL: 'C.UTF-8' });
const place = ({ host, port, user }: PostgresServer, database: string): readonly string[] => ['-h', host, '-p', String(port), '-U', user.name, '-d', database];

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

/** `pg_dump | psql`, one stream of text. */
export const pipe = ({ source, target, from, to }: Ends): Promise<number> =>
  timed(() =>
    execa('pg_dump', place(source, from), { env: env(source), buffer: { stdout: false } }).pipe(
      execa('psql', ['-X', '-q', '-v', 'ON_ERROR_STOP=1', ...place(target, to)], { env: env(target), stdout: 'ignore' }),
    ),
  );

/** `pg_dump -Fd -j2`, then `pg_restore -j2`. Without compression, which on few cores costs more than it saves: the contender at its best. */
export async function dumpRestore({ source, target, from, to }: Ends): Promise<number> {
  const scratch = await mkdtemp(join(tmpdir(), 'rehelm-bench-'));
  try {
    return await timed(async () => {
      await execa('pg_dump', ['-Fd', '-j2', '--compress=none', '-f', join(scratch, 'dump'), ...place(source, from)], { env: env(source) });
      await execa('pg_restore', ['-j2', '--exit-on-error', ...place(target, to), join(scratch, 'dump')], { env: env(target) });
    });
  } finally {
    await rm(scratch, { recursive: true });
  }
}

export interface CopierRun<Result> {
  readonly seconds: number;
  readonly peakMiB: number;
  readonly result: Result;
}

/** The copier as its pod runs it, from the start of its process to its end. */
async function runCopier<Result>(program: CopierProgram, request: Parameters<CopierProgram['start']>[0]): Promise<CopierRun<Result>> {
  const started = performance.now();
  const running = program.start(request, 'bench', { REHELM_POSTGRES_CLIENTS: clientFolders });
  const peak = watchPeak(running.pid, running.ended);
  const result = resultOf<Result>(await running.ended);
  return { seconds: (performance.now() - started) / 1000, peakMiB: await peak, result };
}

export const copy = (program: CopierProgram, { source, target, from, to, connections }: Ends): Promise<CopierRun<PostgresCopyResult>> =>
  runCopier(program, {
    ...{ engine: 'postgresql', verb: 'copy', at: target, source, run: to, epoch: 1, step: 'bench', from, to },
    ...(connections !== undefined && { connections }),
  });

export const verify = (program: CopierProgram, { source, target, from, to }: Ends): Promise<CopierRun<PostgresVerifyResult>> =>
  runCopier(program, { engine: 'postgresql', verb: 'verify', at: target, source, from, to });
