import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { away, type Temporal } from './temporal-calls.js';

/** `TEMPORAL_*` and temporal.toml, as the temporal CLI reads them; `identity` is what Temporal notes of every call. TemporalAway. */
export async function connectTemporal(env: NodeJS.ProcessEnv, identity: string): Promise<Temporal> {
  const overrideEnvVars = Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
  const { connectionOptions, namespace = 'default' } = loadClientConnectConfig({ overrideEnvVars });
  const address = connectionOptions.address ?? 'localhost:7233';
  const connection = await Connection.connect({ ...connectionOptions, connectTimeout: '5 seconds' }).catch((error: unknown) => {
    throw away(address, error);
  });
  return { client: new Client({ connection, namespace, identity }), address, taskQueue: env['REHELM_TASK_QUEUE'] || 'rehelm' };
}
