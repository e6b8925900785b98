import { hostname, userInfo } from 'node:os';
import type { RequestFiles } from '../adapters/request-files/request-files.js';
import { connectTemporal } from '../runs/connect-temporal.js';
import type { Runs } from '../runs/runs.js';
import type { Schedules } from '../runs/schedules.js';
import { TemporalRuns } from '../runs/temporal-runs.js';

/** The way to runs: an API, named or by `REHELM_SERVER`; else Temporal. */
export async function connect(env: NodeJS.ProcessEnv, server = env['REHELM_SERVER']): Promise<Runs> {
  if (server) return overHttp(server, env);
  const by = whoAmI(env);
  return new TemporalRuns({ ...(await connectTemporal(env, by)), by, via: 'cli', requestFiles: () => requestFiles(env) });
}

/** The way to schedules, as to runs. Loaded where it is needed: the specs' schemas take longer to load than most commands run. */
export async function connectSchedules(env: NodeJS.ProcessEnv, server = env['REHELM_SERVER']): Promise<Schedules> {
  if (server) {
    const { HttpSchedules } = await import('../runs/http/http-schedules.js');
    return new HttpSchedules({ server, ...(env['REHELM_TOKEN'] && { token: env['REHELM_TOKEN'] }) });
  }
  const [{ TemporalSchedules }, { specKinds }] = await Promise.all([import('../runs/temporal-schedules.js'), import('../model/schema/kinds.js')]);
  const by = whoAmI(env);
  return new TemporalSchedules({ ...(await connectTemporal(env, by)), by, via: 'cli', kinds: specKinds });
}

async function overHttp(server: string, env: NodeJS.ProcessEnv): Promise<Runs> {
  const { HttpRuns } = await import('../runs/http/http-runs.js');
  return new HttpRuns({ server, ...(env['REHELM_TOKEN'] && { token: env['REHELM_TOKEN'] }) });
}

/** Loaded where a spec names a file: the Kubernetes client takes longer to load than most commands run. */
async function requestFiles(env: NodeJS.ProcessEnv): Promise<RequestFiles> {
  const { connectRequestFiles } = await import('../adapters/request-files/connect.js');
  return connectRequestFiles(env);
}

/** `ada@laptop`; REHELM_BY says otherwise. */
export function whoAmI(env: NodeJS.ProcessEnv): string {
  return env['REHELM_BY'] || `${env['USER'] || env['LOGNAME'] || userInfo().username}@${hostname()}`;
}
