import { openStore } from '../../../../src/adapters/artifacts/open-store.js';
import { connectMongo } from '../../../../src/adapters/mongo/driver.js';
import type { MongoContext } from '../../../../src/copier/mongo/context.js';
import { mongoVerbs } from '../../../../src/copier/mongo/verbs.js';
import type {} from '../../../../src/model/copier.js';
import type { MongoRequestOf, MongoResults, MongoVerb } from '../../../../src/model/copier-mongo.js';

/** Runs a verb in this process, as main.ts would. */
export function run<V extends MongoVerb>(request: MongoRequestOf<V> & { readonly verb: V }, context: Partial<MongoContext> = {}): Promise<MongoResults[V]> {
  const verb = mongoVerbs[request.verb] as (request: MongoRequestOf<V>, context: MongoContext) => Promise<MongoResults[V]>;
  return verb(request, { connect: connectMongo, openStore, podUid: 'pod-1', signal: new AbortController().signal, progress: () => undefined, ...context });
}
