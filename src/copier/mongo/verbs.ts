import type { MongoRequestOf, MongoResults, MongoVerb } from '../../model/copier-mongo.js';
import type { MongoContext } from './context.js';
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

type Verbs = { readonly [V in MongoVerb]: (request: MongoRequestOf<V>, context: MongoContext) => Promise<MongoResults[V]> };

export const mongoVerbs: Verbs = {
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
