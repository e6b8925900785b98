import { failure } from '../errors.js';
import type { CopierRequest, CopierResults, CopierVerb, RequestOf } from '../model/copier.js';
import type { CopierContext } from './context.js';
import { accounting } from './verbs/accounting.js';
import { captureFence } from './verbs/capture-fence.js';
import { clean } from './verbs/clean.js';
import { copy } from './verbs/copy.js';
import { createUsers } from './verbs/create-users.js';
import { drop } from './verbs/drop.js';
import { dropSource } from './verbs/drop-source.js';
import { dropUsers } from './verbs/drop-users.js';
import { fence } from './verbs/fence.js';
import { hash } from './verbs/hash.js';
import { inspect } from './verbs/inspect.js';
import { ping } from './verbs/ping.js';
import { supersede } from './verbs/supersede.js';
import { unfence } from './verbs/unfence.js';
import { verify } from './verbs/verify.js';

type Verbs = { readonly [V in CopierVerb]: (request: RequestOf<V>, context: CopierContext) => Promise<CopierResults[V]> };

export const verbs: Verbs = {
  accounting,
  captureFence,
  clean,
  copy,
  createUsers,
  drop,
  dropSource,
  dropUsers,
  fence,
  hash,
  inspect,
  ping,
  supersede,
  unfence,
  verify,
};

/** The worker that wrote the request may be newer than this copier's image. */
export function runVerb<V extends CopierVerb>(request: RequestOf<V> & CopierRequest, context: CopierContext): Promise<CopierResults[V]> {
  const verb = Object.hasOwn(verbs, request.verb) ? (verbs[request.verb] as Verbs[V]) : undefined;
  if (!verb) throw failure('Invalid', `This copier knows no verb ${String(request.verb)}. Is its image older than the worker?`);
  return verb(request, context);
}
