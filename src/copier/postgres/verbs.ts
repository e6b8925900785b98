import type { PostgresRequestOf, PostgresResults, PostgresVerb } from '../../model/copier-postgres.js';
import type { PostgresContext } from './context.js';
import { accounting } from './verbs/accounting.js';
import { captureFence } from './verbs/capture-fence.js';
import { changedSince } from './verbs/changed-since.js';
import { clean } from './verbs/clean.js';
import { copy } from './verbs/copy.js';
import { drop } from './verbs/drop.js';
import { fence } from './verbs/fence.js';
import { inspect } from './verbs/inspect.js';
import { ping } from './verbs/ping.js';
import { release } from './verbs/release.js';
import { supersede } from './verbs/supersede.js';
import { unfence } from './verbs/unfence.js';
import { verify } from './verbs/verify.js';

type Verbs = { readonly [V in PostgresVerb]: (request: PostgresRequestOf<V>, context: PostgresContext) => Promise<PostgresResults[V]> };

export const postgresVerbs: Verbs = { accounting, captureFence, changedSince, clean, copy, drop, fence, inspect, ping, release, supersede, unfence, verify };
