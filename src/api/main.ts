import { pino } from 'pino';
import type { RequestFiles } from '../adapters/request-files/request-files.js';
import { connectTemporal } from '../runs/connect-temporal.js';
import { TemporalRuns } from '../runs/temporal-runs.js';
import { createApi } from './create-api.js';
import { loopback, openTo } from './open-mode.js';

export interface ApiSettings {
  readonly env: NodeJS.ProcessEnv;
  readonly port: number;
  /** Who speaks where nobody has to say who they are. */
  readonly by: string;
}

export interface RunningApi {
  readonly url: string;
  stop(): Promise<void>;
}

/** The API without tokens, on loopback alone. */
export async function startApi({ env, port, by }: ApiSettings): Promise<RunningApi> {
  const temporal = await connectTemporal(env, `api ${by}`);
  const requestFiles = (): Promise<RequestFiles> => import('../adapters/request-files/connect.js').then(({ connectRequestFiles }) => connectRequestFiles(env));
  const api = await createApi({
    logger: pino({ level: env['REHELM_LOG_LEVEL'] || 'info' }, pino.destination(2)),
    subjectOf: openTo(by),
    runsAs: (subject) => new TemporalRuns({ ...temporal, by: subject, via: 'api', requestFiles }),
  });
  await api.listen({ host: loopback, port });
  return {
    url: `http://${loopback}:${port}`,
    stop: async () => {
      await api.close();
      await temporal.client.connection.close();
    },
  };
}
