import { pino } from 'pino';
import type { RequestFiles } from '../adapters/request-files/request-files.js';
import { failure } from '../errors.js';
import { connectTemporal } from '../runs/connect-temporal.js';
import { TemporalRuns } from '../runs/temporal-runs.js';
import { createApi } from './create-api.js';

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

const loopback = '127.0.0.1';
const localHosts: readonly string[] = [loopback, 'localhost', '[::1]'];

/**
 * The API without tokens: whoever reaches it may do everything, so it listens on loopback alone and answers no request that came through a proxy or under
 * another host's name, as a web page that a browser here shows could send one.
 */
export async function startApi({ env, port, by }: ApiSettings): Promise<RunningApi> {
  const temporal = await connectTemporal(env, `api ${by}`);
  const requestFiles = (): Promise<RequestFiles> => import('../adapters/request-files/connect.js').then(({ connectRequestFiles }) => connectRequestFiles(env));
  const api = await createApi({
    logger: pino({ level: env['REHELM_LOG_LEVEL'] || 'info' }, pino.destination(2)),
    subjectOf: ({ headers, hostname }) => {
      const forwarded = Object.keys(headers).find((name) => /^(x-)?forwarded/.test(name));
      if (forwarded !== undefined || !localHosts.includes(hostname))
        throw failure('Forbidden', 'without tokens this API answers on its own machine only, and through no proxy');
      return by;
    },
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
