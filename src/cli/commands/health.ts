import type { AddCommand, Context } from '../context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import { readPort } from '../read-port.js';

const patienceMilliseconds = 5000;

export const addHealth: AddCommand = (program, context) => {
  program
    .command('health')
    .description('Ask the API or the worker beside it whether it is ready, for health checks of containers: exit code 0 if so, else 1 and why.')
    .option('--port <port>', "the API's, or the worker's REHELM_HEALTH_PORT", readPort, 8080)
    .action(context.action((options: { readonly port: number }) => health(context, options)));
};

async function health({ terminal }: Context, { port }: { readonly port: number }): Promise<ExitCode> {
  const url = `http://127.0.0.1:${port}/readyz`;
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(patienceMilliseconds) });
    terminal.say(await answer.text());
    return answer.ok ? exitCodes.ok : exitCodes.failure;
  } catch (error) {
    const { cause } = error instanceof Error ? error : { cause: undefined };
    terminal.say(`${url}: ${cause instanceof Error ? cause.message : error instanceof Error ? error.message : error}`);
    return exitCodes.failure;
  }
}
