import type { ValuesMap } from '../model/values-map.js';
import { satisfies } from '../model/version-range.js';

/** Why a map is not the one for this chart. */
export function mapProblems({ chart }: ValuesMap, { name, version }: { readonly name: string; readonly version: string }): readonly string[] {
  if (chart.name !== name) return [`the map is for chart ${chart.name}, this is ${name}`];
  return satisfies(version, chart.to) ? [] : [`the map leads to versions ${chart.to}, this is ${version}`];
}
