import type { FastifyRequest } from 'fastify';
import { pino } from 'pino';
import { connectApiKey } from '../adapters/cluster-key/connect.js';
import type { RequestFiles } from '../adapters/request-files/request-files.js';
import { specKinds } from '../model/schema/kinds.js';
import { createAttendance } from '../runs/attendance.js';
import { connectTemporal } from '../runs/connect-temporal.js';
import { TemporalRuns } from '../runs/temporal-runs.js';
import { TemporalSchedules } from '../runs/temporal-schedules.js';
import { subjectOfBearer } from './access/bearer.js';
import type { Subject } from './access/roles.js';
import { WatchedAccess } from './access/watched-access.js';
import { createApi } from './create-api.js';
import { isInContainer } from './in-container.js';
import { Metrics } from './metrics.js';
import { loopback, openTo } from './open-mode.js';
import { Refusal } from './refusal.js';

export interface ApiSettings {
  readonly env: NodeJS.ProcessEnv;
  readonly port: number;
  /** Where to listen; without tokens always 127.0.0.1. */
  readonly host?: string;
  /** Who speaks where nobody has to say who they are. */
  readonly by: string;
}

export interface RunningApi {
  readonly url: string;
  /** Whoever reaches it may do everything. */
  readonly isOpen: boolean;
  stop(): Promise<void>;
}

/** Serves the API: with the tokens of the file `REHELM_ACCESS`, else open to this machine alone. Throws what is wrong with the file, or that it may not be open here. */
export async function startApi({ env, port, host = loopback, by }: ApiSettings): Promise<RunningApi> {
  const logger = pino({ level: env['REHELM_LOG_LEVEL'] || 'info' }, pino.destination(2));
  const accessFile = env['REHELM_ACCESS'];
  const access = accessFile ? await WatchedAccess.open(accessFile, logger) : undefined;
  const subjectOf = access ? byTokens(access) : openHere(env, host, by);
  const metrics = new Metrics();
  const temporal = await connectTemporal(env, `api ${by}`, (method) => metrics.requestedOfTemporal(method));
  const requestFiles = (): Promise<RequestFiles> => import('../adapters/request-files/connect.js').then(({ connectRequestFiles }) => connectRequestFiles(env));
  const apiKey = connectApiKey(env);
  const counted = { ...temporal, attendance: createAttendance(), called: (call: string, outcome: string) => metrics.called(call, outcome) };
  const runsAs = (name: string) => new TemporalRuns({ ...counted, by: name, via: 'api', requestFiles });
  const schedulesAs = (name: string) => new TemporalSchedules({ ...counted, by: name, via: 'api', kinds: specKinds });
  const api = await createApi({ logger, subjectOf, runsAs, schedulesAs, apiKey, metrics, fourEyes: () => access?.fourEyes ?? [] });
  const stop = async () => {
    await api.close();
    await temporal.client.connection.close();
  };
  try {
    await api.listen({ host, port });
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `http://${host}:${port}`, isOpen: accessFile === undefined, stop };
}

const byTokens =
  (access: WatchedAccess) =>
  (request: FastifyRequest): Promise<Subject> =>
    subjectOfBearer(request, (token) => access.subjectOf(token));

/** A container's loopback is its network's, and who shares that nobody knows. */
function openHere(env: NodeJS.ProcessEnv, host: string, by: string): (request: FastifyRequest) => Promise<Subject> {
  if (isInContainer(env) || host !== loopback)
    throw new Refusal('NotAllowed', 'without tokens the API serves its own machine only: name a file of tokens by REHELM_ACCESS (docs/api.md)');
  return openTo(by);
}
