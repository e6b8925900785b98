import type { Report } from '../model/report.js';
import { Run } from './engine/run.js';
import { prepareChartUpgrade } from './prepare-chart-upgrade.js';

/**
 * Takes a Helm release to a chart that replaces its databases. The input is the spec as one JSON object, see docs/specs.md;
 * an invalid one closes the run as InvalidSpec with every problem, before anything is touched.
 */
export async function chartUpgrade(spec: unknown): Promise<Report> {
  return new Run('ChartUpgrade', () => prepareChartUpgrade(spec)).carryOut();
}
