import { pino } from 'pino';
import { z } from 'zod';
import { createRequestFiles } from '../../../src/adapters/request-files/cluster-request-files.js';
import type { Subject } from '../../../src/api/access/roles.js';
import { type ApiOptions, createApi } from '../../../src/api/create-api.js';
import type { Api } from '../../../src/api/routes/route.js';
import { specKinds } from '../../../src/model/schema/kinds.js';
import { createAttendance } from '../../../src/runs/attendance.js';
import { TemporalRuns } from '../../../src/runs/temporal-runs.js';
import { TemporalSchedules } from '../../../src/runs/temporal-schedules.js';
import { atDesk, type Scene } from '../../cli/support/rehelm.js';
import type { FakeCluster } from '../../support/fake-cluster/fake-cluster.js';
import { env } from '../../support/temporal.js';

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into what it expects.
  readonly body: any;
  readonly headers: Readonly<Record<string, unknown>>;
}

type Headers = Readonly<Record<string, string>>;

export interface Portal {
  readonly api: Api;
  readonly queue: string;
  get(url: string, headers?: Headers): Promise<Answer>;
  post(url: string, body: unknown, headers?: Headers): Promise<Answer>;
  remove(url: string, headers?: Headers): Promise<Answer>;
}

export const apiKey = async () => Buffer.alloc(32, 7);
/** What a worker's fakes take, the API takes, too. */
export const laxKinds = { KustomizeToHelm: { ...specKinds.KustomizeToHelm, schema: z.unknown() } };
const ada: Subject = { name: 'ada@example.com', isMachine: false, grants: [{ role: 'admin', namespaces: ['*'] }] };

/** Who a request names by the header `x-test-subject`; ada where it names nobody. */
const named: ApiOptions['subjectOf'] = async ({ headers }) => {
  const name = headers['x-test-subject'];
  return typeof name === 'string' ? { ...ada, name } : ada;
};

/** The API for one task queue. */
export const apiFor = (fake: FakeCluster, taskQueue: string, options: Partial<ApiOptions> = {}): Promise<Api> => {
  const temporal = { client: env.client, taskQueue, address: 'test', attendance: createAttendance() };
  return createApi({
    logger: pino({ level: 'silent' }),
    subjectOf: named,
    apiKey,
    kinds: laxKinds,
    runsAs: (by) => new TemporalRuns({ ...temporal, by, via: 'api', requestFiles: async () => createRequestFiles(fake) }),
    schedulesAs: (by) => new TemporalSchedules({ ...temporal, by, via: 'api', kinds: specKinds }),
    ...options,
  });
};

/** How a test asks an API. */
export function askOf(api: Api): Pick<Portal, 'get' | 'post' | 'remove'> {
  const ask = async (method: 'GET' | 'POST' | 'DELETE', url: string, headers: Headers, payload?: object): Promise<Answer> => {
    const { statusCode, headers: told, body: text } = await api.inject({ method, url, headers, ...(payload && { payload }) });
    return { status: statusCode, headers: told, body: read(told['content-type'], text) };
  };
  return {
    get: (url, headers = {}) => ask('GET', url, headers),
    post: (url, payload, headers = {}) => ask('POST', url, headers, payload as object),
    remove: (url, headers = {}) => ask('DELETE', url, headers),
  };
}

function read(type: unknown, text: string): unknown {
  if (text === '') return undefined;
  return String(type).includes('json') ? JSON.parse(text) : text;
}

/** The API over a worker and a fake cluster. */
export function atPortal(scene: Scene & { readonly options?: Partial<ApiOptions> }, body: (portal: Portal) => Promise<void>): Promise<void> {
  return atDesk(scene, async ({ queue }) => {
    const api = await apiFor(scene.fake, queue, scene.options);
    try {
      await body({ api, queue, ...askOf(api) });
    } finally {
      await api.close();
    }
  });
}
