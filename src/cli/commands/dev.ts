import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { CliError } from '../cli-error.js';
import type { AddCommand, Context } from '../context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import { findTemporal } from '../find-temporal.js';
import { readPort } from '../read-port.js';
import { serveApi } from '../serve-api.js';

interface DevOptions {
  readonly port: number;
  readonly apiPort: number;
  readonly db?: string;
}

export const addDev: AddCommand = (program, context) => {
  program
    .command('dev')
    .description('Temporal (SQLite in one file), a worker and the HTTP API in one command, for a trial or one machine. Runs are still there the next time.')
    .option('--port <port>', 'of Temporal; its web UI has the port above by 1000', readPort, 7233)
    .option('--api-port <port>', 'of the HTTP API', readPort, 8080)
    .option('--db <file>', 'default: ~/.local/state/rehelm/temporal.db')
    .action(context.action((options: DevOptions) => dev(context, options)));
};

async function dev({ terminal }: Context, { port, apiPort, db }: DevOptions): Promise<ExitCode> {
  const { env, colors, interrupted } = terminal;
  const { startDevServer } = await import('../../worker/dev-server.js');
  const starting = startDevServer({ program: findTemporal(env), port, dbFile: db ?? defaultDb(env), env }).catch((error: unknown) => {
    throw new CliError(error instanceof Error ? error.message : String(error), { hint: `is port ${port} taken? --port takes another` });
  });
  // Their libraries take as long to load as Temporal to come up.
  const [server, { runWorker }] = await Promise.all([starting, import('../../worker/main.js'), import('../../api/main.js')]);
  const inside = { ...env, TEMPORAL_ADDRESS: server.address, TEMPORAL_NAMESPACE: 'default' };
  // Runs go on without it.
  const api = await serveApi({ env: inside, port: apiPort }, '--api-port').catch((error: unknown) => {
    terminal.say(colors.yellow(`no HTTP API: ${error instanceof Error ? error.message : error}${error instanceof CliError ? `; ${error.hint}` : ''}`));
  });
  try {
    terminal.say(`Temporal at ${server.address}, its UI at http://127.0.0.1:${port + 1000}`);
    if (api) terminal.say(`API at ${api.url}, its document at ${api.url}/openapi.json`);
    terminal.say(colors.dim(`in other terminals: export TEMPORAL_ADDRESS=${server.address}`));
    await Promise.race([runWorker({ env: inside, stop: interrupted }), server.failed]);
    return exitCodes.ok;
  } finally {
    await api?.stop();
    await server.stop();
  }
}

function defaultDb(env: NodeJS.ProcessEnv): string {
  const folder = join(env['XDG_STATE_HOME'] || join(env['HOME'] || homedir(), '.local/state'), 'rehelm');
  mkdirSync(folder, { recursive: true });
  return join(folder, 'temporal.db');
}
