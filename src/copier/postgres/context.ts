import type { OpenStore } from '../../adapters/artifacts/open-store.js';
import type { PostgresClients } from '../../adapters/postgres/clients.js';
import type { OpenPostgres } from '../../adapters/postgres/session.js';
import type { CopierContext } from '../context.js';

export interface PostgresContext extends CopierContext {
  readonly open: OpenPostgres;
  readonly clients: PostgresClients;
  readonly openStore: OpenStore;
}
