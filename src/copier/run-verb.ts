import { openStore } from '../adapters/artifacts/open-store.js';
import { connectMongo } from '../adapters/mongo/driver.js';
import { ClientPrograms } from '../adapters/postgres/client-programs.js';
import { openPostgres } from '../adapters/postgres/open.js';
import { failure } from '../errors.js';
import type { CopierRequest, ResultOf } from '../model/copier.js';
import type { CopierContext } from './context.js';
import { mongoVerbs } from './mongo/verbs.js';
import { postgresVerbs } from './postgres/verbs.js';

type Run = (request: CopierRequest, context: CopierContext) => Promise<ResultOf<CopierRequest>>;
type Verbs = Readonly<Record<string, (request: never, context: never) => Promise<ResultOf<CopierRequest>>>>;

const engines: Readonly<Record<CopierRequest['engine'], { readonly verbs: Verbs; readonly reach: object }>> = {
  mongodb: { verbs: mongoVerbs, reach: { connect: connectMongo, openStore } },
  postgresql: { verbs: postgresVerbs, reach: { open: openPostgres, clients: new ClientPrograms(), openStore } },
};

/** The worker that wrote the request may be newer than this copier's image. */
export const runVerb: Run = (request, context) => {
  const engine = Object.hasOwn(engines, request.engine) ? engines[request.engine] : undefined;
  const verb = engine && Object.hasOwn(engine.verbs, request.verb) ? engine.verbs[request.verb] : undefined;
  if (!engine || !verb) throw failure('Invalid', `This copier knows no verb ${request.verb} of ${request.engine}. Is its image older than the worker?`);
  return verb(request as never, { ...context, ...engine.reach } as never);
};
