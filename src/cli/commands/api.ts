import { once } from 'node:events';
import type { AddCommand, Context } from '../context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import { readPort } from '../read-port.js';
import { serveApi } from '../serve-api.js';

export const addApi: AddCommand = (program, context) => {
  program
    .command('api')
    .description('Serve the HTTP API on this machine: /v1, /openapi.json, /healthz, /readyz. Needs Temporal; what it starts, a worker carries out.')
    .option('--port <port>', 'where to listen', readPort, 8080)
    .option('--host <address>', 'where to listen; another than 127.0.0.1 needs tokens')
    .addHelpText(
      'after',
      '\nEnvironment:\n  REHELM_ACCESS   the file of subjects, tokens and roles (docs/api.md); without it the API is open, to this machine alone',
    )
    .action(context.action((options: ApiOptions) => api(context, options)));
};

interface ApiOptions {
  readonly port: number;
  readonly host?: string;
}

async function api({ terminal }: Context, { port, host }: ApiOptions): Promise<ExitCode> {
  const running = await serveApi({ env: terminal.env, port, ...(host !== undefined && { host }) }, '--port');
  terminal.say(`API at ${running.url}${running.isOpen ? ', open to this machine' : ''}; its document at ${running.url}/openapi.json`);
  if (!terminal.interrupted.aborted) await Promise.race([once(terminal.interrupted, 'abort'), once(process, 'SIGTERM')]);
  await running.stop();
  return exitCodes.ok;
}
