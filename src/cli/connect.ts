import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { RequestFiles } from '../adapters/request-files/request-files.js';
import { Session, unreachable, whoAmI } from './session.js';

/** `TEMPORAL_*` and temporal.toml, as the temporal CLI reads them. */
export async function connect(env: NodeJS.ProcessEnv): Promise<Session> {
  const overrideEnvVars = Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
  const { connectionOptions, namespace = 'default' } = loadClientConnectConfig({ overrideEnvVars });
  const address = connectionOptions.address ?? 'localhost:7233';
  const by = whoAmI(env);
  const connection = await Connection.connect({ ...connectionOptions, connectTimeout: '5 seconds' }).catch((error: unknown) => {
    throw unreachable(address, error);
  });
  const client = new Client({ connection, namespace, identity: by });
  return new Session({ client, address, by, taskQueue: env['REHELM_TASK_QUEUE'] || 'rehelm', requestFiles: () => requestFiles(env) });
}

/** Loaded where a spec names a file: the Kubernetes client takes longer to load than most commands run. */
async function requestFiles(env: NodeJS.ProcessEnv): Promise<RequestFiles> {
  const { connectRequestFiles } = await import('../adapters/request-files/connect.js');
  return connectRequestFiles(env);
}
