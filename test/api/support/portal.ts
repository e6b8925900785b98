import { pino } from 'pino';
import { createRequestFiles } from '../../../src/adapters/request-files/cluster-request-files.js';
import type { Subject } from '../../../src/api/access/roles.js';
import { createApi } from '../../../src/api/create-api.js';
import type { Api } from '../../../src/api/routes/route.js';
import { TemporalRuns } from '../../../src/runs/temporal-runs.js';
import { atDesk, type Scene } from '../../cli/support/rehelm.js';
import type { FakeCluster } from '../../support/fake-cluster/fake-cluster.js';
import { env } from '../../support/temporal.js';

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into what it expects.
  readonly body: any;
  readonly headers: Readonly<Record<string, unknown>>;
}

export interface Portal {
  readonly api: Api;
  get(url: string): Promise<Answer>;
  post(url: string, body: unknown): Promise<Answer>;
}

const ada: Subject = { name: 'ada@example.com', isMachine: false, grants: [{ role: 'admin', namespaces: ['*'] }] };

/** The API for one task queue; ada speaks. */
export const apiFor = (fake: FakeCluster, taskQueue: string): Promise<Api> =>
  createApi({
    logger: pino({ level: 'silent' }),
    subjectOf: async () => ada,
    runsAs: (by) => new TemporalRuns({ client: env.client, taskQueue, address: 'test', by, via: 'api', requestFiles: async () => createRequestFiles(fake) }),
  });

/** The API over a worker and a fake cluster. */
export function atPortal(scene: Scene, body: (portal: Portal) => Promise<void>): Promise<void> {
  return atDesk(scene, async ({ queue }) => {
    const api = await apiFor(scene.fake, queue);
    const ask = async (method: 'GET' | 'POST', url: string, payload?: object): Promise<Answer> => {
      const { statusCode, headers, body: text } = await api.inject({ method, url, ...(payload && { payload }) });
      return { status: statusCode, headers, body: String(headers['content-type']).includes('json') ? JSON.parse(text) : text };
    };
    try {
      await body({ api, get: (url) => ask('GET', url), post: (url, payload) => ask('POST', url, payload as object) });
    } finally {
      await api.close();
    }
  });
}
