import { openStore } from '../../../../src/adapters/artifacts/open-store.js';
import { ClientPrograms } from '../../../../src/adapters/postgres/client-programs.js';
import { openPostgres } from '../../../../src/adapters/postgres/open.js';
import type { PostgresContext } from '../../../../src/copier/postgres/context.js';
import { postgresVerbs } from '../../../../src/copier/postgres/verbs.js';
import type { PostgresRequestOf, PostgresResults, PostgresVerb } from '../../../../src/model/copier-postgres.js';
import { clientFolders } from './server.js';

const clients = new ClientPrograms(clientFolders);

/** Runs a verb in this process, as main.ts would. */
export function run<V extends PostgresVerb>(
  request: PostgresRequestOf<V> & { readonly verb: V },
  context: Partial<PostgresContext> = {},
): Promise<PostgresResults[V]> {
  const verb = postgresVerbs[request.verb] as (request: PostgresRequestOf<V>, context: PostgresContext) => Promise<PostgresResults[V]>;
  return verb(request, {
    open: openPostgres,
    clients,
    openStore,
    podUid: 'pod-1',
    signal: new AbortController().signal,
    progress: () => undefined,
    ...context,
  });
}
