import { once } from 'node:events';
import type { AddCommand, Context } from '../context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import { readPort } from '../read-port.js';
import { serveApi } from '../serve-api.js';

export const addApi: AddCommand = (program, context) => {
  program
    .command('api')
    .description('Serve the HTTP API on this machine: /v1, /openapi.json, /healthz, /readyz. Needs Temporal; what it starts, a worker carries out.')
    .option('--port <port>', 'on 127.0.0.1', readPort, 8080)
    .action(context.action(({ port }: { readonly port: number }) => api(context, port)));
};

async function api({ terminal }: Context, port: number): Promise<ExitCode> {
  const running = await serveApi(terminal.env, port, '--port');
  terminal.say(`API at ${running.url}, its document at ${running.url}/openapi.json`);
  if (!terminal.interrupted.aborted) await Promise.race([once(terminal.interrupted, 'abort'), once(process, 'SIGTERM')]);
  await running.stop();
  return exitCodes.ok;
}
