import type { PostgresClients } from '../../adapters/postgres/clients.js';
import type { OpenPostgres } from '../../adapters/postgres/session.js';
import type { StoreContext } from '../backup/store-context.js';

export interface PostgresContext extends StoreContext {
  readonly open: OpenPostgres;
  readonly clients: PostgresClients;
}
