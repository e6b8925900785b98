import { connectMongo } from '../../../src/adapters/mongo/driver.js';
import type { CopierContext } from '../../../src/copier/context.js';
import { verbs } from '../../../src/copier/run-verb.js';
import type { CopierResults, CopierVerb, RequestOf } from '../../../src/model/copier.js';

/** Runs a verb in this process, as main.ts would. */
export function run<V extends CopierVerb>(request: RequestOf<V> & { readonly verb: V }, context: Partial<CopierContext> = {}): Promise<CopierResults[V]> {
  const verb = verbs[request.verb] as (request: RequestOf<V>, context: CopierContext) => Promise<CopierResults[V]>;
  return verb(request, { connect: connectMongo, podUid: 'pod-1', signal: new AbortController().signal, progress: () => undefined, ...context });
}
