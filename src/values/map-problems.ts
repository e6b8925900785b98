import type { ValuesMap } from '../model/values-map.js';
import { satisfies } from '../model/version-range.js';

interface ChartAtHand {
  readonly name: string;
  readonly version: string;
}

/** Why a map is not the one for this chart. `installed`: the version that the values were written for, where it is known. */
export function mapProblems({ chart }: ValuesMap, { name, version }: ChartAtHand, installed?: string): readonly string[] {
  if (chart.name !== name) return [`the map is for chart ${chart.name}, this is ${name}`];
  return [
    ...(satisfies(version, chart.to) ? [] : [`the map leads to versions ${chart.to}, this is ${version}`]),
    ...(installed === undefined || satisfies(installed, chart.from) ? [] : [`the map leads away from versions ${chart.from}, ${installed} is installed`]),
  ];
}
