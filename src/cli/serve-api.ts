import type { RunningApi } from '../api/main.js';
import { CliError } from './cli-error.js';
import { whoAmI } from './connect.js';

/** Starts the API, and says what to do where its port is taken. */
export async function serveApi(env: NodeJS.ProcessEnv, port: number, portOption: string): Promise<RunningApi> {
  const { startApi } = await import('../api/main.js');
  return startApi({ env, port, by: whoAmI(env) }).catch((error: unknown) => {
    const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
    throw taken ? new CliError(`port ${port} is taken`, { hint: `${portOption} takes another`, cause: error }) : error;
  });
}
