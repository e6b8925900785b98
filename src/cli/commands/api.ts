import { once } from 'node:events';
import { InvalidArgumentError } from 'commander';
import { whoAmI } from '../connect.js';
import type { AddCommand, Context } from '../context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';

export const addApi: AddCommand = (program, context) => {
  program
    .command('api')
    .description('Serve the HTTP API on this machine: /v1, /openapi.json, /healthz, /readyz. Needs Temporal; what it starts, a worker carries out.')
    .option('--port <port>', 'on 127.0.0.1', readPort, 8080)
    .action(context.action(({ port }: { readonly port: number }) => api(context, port)));
};

async function api({ terminal }: Context, port: number): Promise<ExitCode> {
  const { startApi } = await import('../../api/main.js');
  const running = await startApi({ env: terminal.env, port, by: whoAmI(terminal.env) });
  terminal.say(`API at ${running.url}, its document at ${running.url}/openapi.json`);
  if (!terminal.interrupted.aborted) await Promise.race([once(terminal.interrupted, 'abort'), once(process, 'SIGTERM')]);
  await running.stop();
  return exitCodes.ok;
}

function readPort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new InvalidArgumentError('expected a port from 1 to 65535');
  return port;
}
