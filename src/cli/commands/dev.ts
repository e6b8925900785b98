import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { CliError } from '../cli-error.js';
import type { AddCommand, Context } from '../context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import { findTemporal } from '../find-temporal.js';

interface DevOptions {
  readonly port: number;
  readonly db?: string;
}

export const addDev: AddCommand = (program, context) => {
  program
    .command('dev')
    .description('Temporal (SQLite in one file) and a worker in one command, for a trial or one machine. Runs are still there the next time.')
    .option('--port <port>', 'of Temporal; its web UI has the port above by 1000', readPort, 7233)
    .option('--db <file>', 'default: ~/.local/state/rehelm/temporal.db')
    .action(context.action((options: DevOptions) => dev(context, options)));
};

async function dev({ terminal }: Context, { port, db }: DevOptions): Promise<ExitCode> {
  const { env, colors, interrupted } = terminal;
  const { startDevServer } = await import('../../worker/dev-server.js');
  const { runWorker } = await import('../../worker/main.js');
  const server = await startDevServer({ program: findTemporal(env), port, dbFile: db ?? defaultDb(env), env }).catch((error: unknown) => {
    throw new CliError(error instanceof Error ? error.message : String(error), { hint: `is port ${port} taken? --port takes another` });
  });
  try {
    terminal.say(`Temporal at ${server.address}, its UI at http://127.0.0.1:${port + 1000}`);
    terminal.say(colors.dim(`in other terminals: export TEMPORAL_ADDRESS=${server.address}`));
    await Promise.race([runWorker({ env: { ...env, TEMPORAL_ADDRESS: server.address, TEMPORAL_NAMESPACE: 'default' }, stop: interrupted }), server.failed]);
    return exitCodes.ok;
  } finally {
    await server.stop();
  }
}

function defaultDb(env: NodeJS.ProcessEnv): string {
  const folder = join(env['XDG_STATE_HOME'] || join(env['HOME'] || homedir(), '.local/state'), 'rehelm');
  mkdirSync(folder, { recursive: true });
  return join(folder, 'temporal.db');
}

function readPort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 64_535) throw new InvalidArgumentError('expected a port from 1 to 64535');
  return port;
}
