import { loadClientConnectConfig } from '@temporalio/envconfig';
import { NativeConnection } from '@temporalio/worker';

/** `TEMPORAL_*` and temporal.toml, as the temporal CLI reads them. */
export function temporalConfig(env: NodeJS.ProcessEnv) {
  const overrideEnvVars = Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
  const { connectionOptions, namespace = 'default' } = loadClientConnectConfig({ overrideEnvVars });
  return { connectionOptions, namespace, address: connectionOptions.address ?? 'localhost:7233' };
}

export interface TemporalConnection {
  readonly connection: NativeConnection;
  readonly namespace: string;
}

/** Throws a plain Error with the address when nothing answers there. */
export async function connectTemporal(env: NodeJS.ProcessEnv): Promise<TemporalConnection> {
  const { connectionOptions, namespace, address } = temporalConfig(env);
  try {
    return { connection: await NativeConnection.connect(connectionOptions), namespace };
  } catch (error) {
    throw new Error(`Temporal does not answer at ${address} (TEMPORAL_ADDRESS)`, { cause: error });
  }
}
