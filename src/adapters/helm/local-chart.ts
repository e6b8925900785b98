import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { failure } from '../../errors.js';
import type { ChartRef } from '../../model/refs.js';
import { chartArgs, templateArgs } from './args.js';
import type { HelmCall } from './call.js';
import { layOut, readTree, showNotes } from './chart-tree.js';
import type { LocalChart } from './helm.js';

/** A chart in a registry is pulled once, so that its dependencies can be looked at. */
export async function localPath(call: HelmCall, home: string, chart: ChartRef): Promise<string> {
  if (!chart.chart.startsWith('oci://')) return chart.chart;
  await call(home, { doing: `helm pull of ${chart.chart}`, args: ['pull', ...chartArgs(chart), '--destination', home] });
  const archive = (await readdir(home)).find((name) => name.endsWith('.tgz'));
  if (archive === undefined) throw failure('HelmFailed', `helm pull of ${chart.chart} left no archive`);
  return join(home, archive);
}

/** Lays the chart out in the home, and reads what its files say. */
export async function openChart(call: HelmCall, home: string, chart: ChartRef): Promise<LocalChart> {
  const folder = join(home, 'chart');
  await layOut(await localPath(call, home, chart), folder);
  const tree = await readTree(folder);
  await showNotes(folder);
  const doing = `rendering of ${chart.chart}`;
  return {
    ...tree,
    template: (values, everywhere = false) =>
      call(home, { doing, args: templateArgs(folder, { skipSchemas: true, ...(everywhere && { apis: tree.apis }) }), values }),
    validate: async (values) => void (await call(home, { doing, args: templateArgs(folder, { skipSchemas: false }), values })),
  };
}
