import type { ApiSettings, RunningApi } from '../api/main.js';
import { CliError } from './cli-error.js';
import { whoAmI } from './connect.js';

/** Starts the API, and says what to do where its port is taken. */
export async function serveApi(settings: Omit<ApiSettings, 'by'>, portOption: string): Promise<RunningApi> {
  const { startApi } = await import('../api/main.js');
  return startApi({ ...settings, by: whoAmI(settings.env) }).catch((error: unknown) => {
    const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
    throw taken ? new CliError(`port ${settings.port} is taken`, { hint: `${portOption} takes another`, cause: error }) : error;
  });
}
