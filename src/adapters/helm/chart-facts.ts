import { parse } from 'yaml';
import { z } from 'zod';
import type { ChartFacts } from './helm.js';

const chartYaml = z.object({ name: z.string(), version: z.coerce.string(), appVersion: z.coerce.string().optional(), kubeVersion: z.string().optional() });

/** From Chart.yaml as `helm show chart` prints it, and the table of `helm dependency list`. */
export function chartFacts(shown: string, dependencies: string): ChartFacts {
  const { name, version, appVersion, kubeVersion } = chartYaml.parse(parse(shown));
  return {
    name,
    version,
    ...(appVersion !== undefined && { appVersion }),
    ...(kubeVersion !== undefined && { kubeVersion }),
    missingDependencies: missingIn(dependencies),
  };
}

/** Lines of NAME, VERSION, REPOSITORY (may be empty), STATUS. */
const missingIn = (table: string): readonly string[] =>
  table.split('\n').flatMap((line) => {
    const cells = line.trim().split(/\s+/);
    return cells.length > 2 && cells.at(-1) === 'missing' ? cells.slice(0, 1) : [];
  });
