import { copyFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { ChartRef } from '../../model/refs.js';
import { createHelmCall } from './call.js';
import type { LocalChart } from './helm.js';
import { registryFile, withHome } from './home.js';
import { openChart } from './local-chart.js';

/** Charts without a cluster: for the command line. */
export interface LocalCharts {
  /** HelmFailed where the chart cannot be had, such as for a login that is refused. */
  withChart<T>(chart: ChartRef, work: (local: LocalChart) => Promise<T>): Promise<T>;
}

/** With the credentials of `helm registry login`, or those of the given file. */
export function createLocalCharts(env: NodeJS.ProcessEnv, registryConfig?: string): LocalCharts {
  const binary = env['REHELM_HELM'];
  const call = createHelmCall({ ...(binary !== undefined && { binary }) });
  return {
    withChart: (chart, work) =>
      withHome(async (home) => {
        const given = registryConfig ?? ownRegistryConfig(env);
        if (registryConfig !== undefined || (await stat(given).catch(() => undefined))) await copyFile(given, registryFile(home));
        return work(await openChart(call, home, chart));
      }),
  };
}

function ownRegistryConfig(env: NodeJS.ProcessEnv): string {
  const config = env['HELM_CONFIG_HOME'] ?? join(env['XDG_CONFIG_HOME'] ?? join(env['HOME'] ?? homedir(), '.config'), 'helm');
  return env['HELM_REGISTRY_CONFIG'] ?? join(config, 'registry', 'config.json');
}
