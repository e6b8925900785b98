import { Client, Connection, type ConnectionOptions } from '@temporalio/client';
import { temporalConfig } from '../adapters/temporal/temporal-config.js';
import { away, type Temporal } from './temporal-calls.js';

type Interceptor = NonNullable<ConnectionOptions['interceptors']>[number];

/**
 * `TEMPORAL_*` and temporal.toml, as the temporal CLI reads them; `identity` is what Temporal notes of every call. `requested` is told of every request that goes
 * over the wire, by its method. TemporalAway.
 */
export async function connectTemporal(env: NodeJS.ProcessEnv, identity: string, requested: (method: string) => void = () => undefined): Promise<Temporal> {
  const { connectionOptions, namespace, address } = temporalConfig(env);
  const counted: Interceptor = (options, next) => {
    requested(options.method_definition.path.split('/').at(-1) ?? '');
    return next(options) as ReturnType<Interceptor>;
  };
  const connection = await Connection.connect({ ...connectionOptions, interceptors: [counted], connectTimeout: '5 seconds' }).catch((error: unknown) => {
    throw away(address, error);
  });
  return { client: new Client({ connection, namespace, identity }), address, taskQueue: env['REHELM_TASK_QUEUE'] || 'rehelm' };
}
