import type { PostgresPing, PostgresRequestOf } from '../../../model/copier-postgres.js';
import type { PostgresContext } from '../context.js';
import { describeServer } from '../server.js';
import { withSession } from '../with-session.js';

/** Reads only: who answers and what we may do there. */
export const ping = ({ at }: PostgresRequestOf<'ping'>, { open }: PostgresContext): Promise<PostgresPing> =>
  withSession({ open, at, database: 'postgres', readOnly: true }, describeServer);
