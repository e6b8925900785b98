import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { renameSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { leaveFree, onVolume } from '../../support/small-volume.js';
import type { Postgres } from './server.js';

export interface SmallServer {
  /** So many MiB are free then. */
  leaveFree(mebibytes: number): Promise<void>;
  /** The server that it was made of can be stopped afterwards. */
  stop(): Promise<void>;
}

const postgresId = 65_534;

async function untilItAnswers(server: Postgres, answers: boolean): Promise<void> {
  for (let attempt = 0; attempt < 400; attempt++) {
    const found = await server.query('postgres', 'SELECT 1').then(
      () => true,
      () => false,
    );
    if (found === answers) return;
    await sleep(50);
  }
  throw new Error(`PostgreSQL ${answers ? 'did not answer' : 'still answered'} after 20 s`);
}

/** Moves a server onto a small volume, at the same address. Its log stays outside: where that finds no space, a server ends instead of saying so. Needs root. */
export async function onSmallVolume(server: Postgres, mebibytes: number): Promise<SmallServer> {
  const { data, at } = server;
  server.kill();
  await untilItAnswers(server, false);
  // Whose children end a moment later.
  await sleep(500);
  renameSync(join(data, 'pg_wal'), join(dirname(data), 'wal'));
  symlinkSync(join(dirname(data), 'wal'), join(data, 'pg_wal'));
  const programs = join(dirname(data), 'programs');
  const settings = ['listen_addresses=127.0.0.1', `port=${at.port}`, 'unix_socket_directories=', 'fsync=off', 'shared_buffers=32MB'];
  const postgres = [join(programs, 'bin/postgres'), '-D', data, ...settings.flatMap((setting) => ['-c', setting])];
  const command = ['setpriv', `--reuid=${postgresId}`, `--regid=${postgresId}`, '--clear-groups', '--', ...postgres];
  const [unshare = '', ...rest] = onVolume({ folder: data, mebibytes, command });
  const env = { ...process.env, LD_LIBRARY_PATH: join(programs, 'lib'), LC_ALL: 'C.UTF-8' };
  const child: ChildProcess = spawn(unshare, rest, { env, stdio: 'ignore' });
  const ended = once(child, 'exit');
  await untilItAnswers(server, true);
  return {
    leaveFree: (free) => leaveFree(Number(child.pid), data, free),
    stop: async () => {
      child.kill('SIGINT');
      await ended;
    },
  };
}
