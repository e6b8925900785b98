import { failure } from '../errors.js';
import type { CopierRequest, ResultOf } from '../model/copier.js';
import type { CopierContext } from './context.js';

type Run = (request: CopierRequest, context: CopierContext) => Promise<ResultOf<CopierRequest>>;
type Verbs = Readonly<Record<string, (request: never, context: never) => Promise<ResultOf<CopierRequest>>>>;

interface Engine {
  readonly verbs: Verbs;
  readonly reach: object;
}

/** Each with what it alone needs: a process that fences a database while users wait does not first load the drivers of others. */
const engines: Readonly<Record<CopierRequest['engine'], () => Promise<Engine>>> = {
  async mongodb() {
    const [{ mongoVerbs }, { connectMongo }] = await Promise.all([import('./mongo/verbs.js'), import('../adapters/mongo/driver.js')]);
    return { verbs: mongoVerbs, reach: { connect: connectMongo } };
  },
  async postgresql() {
    const [{ postgresVerbs }, { openPostgres }, { ClientPrograms }] = await Promise.all([
      import('./postgres/verbs.js'),
      import('../adapters/postgres/open.js'),
      import('../adapters/postgres/client-programs.js'),
    ]);
    return { verbs: postgresVerbs, reach: { open: openPostgres, clients: new ClientPrograms() } };
  },
  async redis() {
    const [{ redisVerbs }, { connectRedis }] = await Promise.all([import('./redis/verbs.js'), import('../adapters/redis/driver.js')]);
    return { verbs: redisVerbs, reach: { connect: connectRedis } };
  },
};

const storeFor = async (request: CopierRequest): Promise<object> =>
  'place' in request ? { openStore: (await import('../adapters/artifacts/open-store.js')).openStore } : {};

/** The worker that wrote the request may be newer than this copier's image. */
export const runVerb: Run = async (request, context) => {
  const engine = Object.hasOwn(engines, request.engine) ? await engines[request.engine]() : undefined;
  const verb = engine && Object.hasOwn(engine.verbs, request.verb) ? engine.verbs[request.verb] : undefined;
  if (!engine || !verb) throw failure('Invalid', `This copier knows no verb ${request.verb} of ${request.engine}. Is its image older than the worker?`);
  return verb(request as never, { ...context, ...engine.reach, ...(await storeFor(request)) } as never);
};
