import { loadClientConnectConfig } from '@temporalio/envconfig';

/** `TEMPORAL_*` and temporal.toml, as the temporal CLI reads them. */
export function temporalConfig(env: NodeJS.ProcessEnv) {
  const overrideEnvVars = Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
  const { connectionOptions, namespace = 'default' } = loadClientConnectConfig({ overrideEnvVars });
  return { connectionOptions, namespace, address: connectionOptions.address ?? 'localhost:7233' };
}
