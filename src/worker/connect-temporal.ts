import { NativeConnection } from '@temporalio/worker';
import { temporalConfig } from '../adapters/temporal/temporal-config.js';

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
