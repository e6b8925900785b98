import { Client, Connection } from '@temporalio/client';
import { temporalConfig } from '../adapters/temporal/temporal-config.js';
import { away, type Temporal } from './temporal-calls.js';

/** `TEMPORAL_*` and temporal.toml, as the temporal CLI reads them; `identity` is what Temporal notes of every call. TemporalAway. */
export async function connectTemporal(env: NodeJS.ProcessEnv, identity: string): Promise<Temporal> {
  const { connectionOptions, namespace, address } = temporalConfig(env);
  const connection = await Connection.connect({ ...connectionOptions, connectTimeout: '5 seconds' }).catch((error: unknown) => {
    throw away(address, error);
  });
  return { client: new Client({ connection, namespace, identity }), address, taskQueue: env['REHELM_TASK_QUEUE'] || 'rehelm' };
}
