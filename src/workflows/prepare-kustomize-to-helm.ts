import { described } from './engine/described.js';
import { looking, preflight } from './preflight.js';

const { inspectKustomizeToHelm, planKustomizeToHelm, checkKustomizeToHelm } = described(looking, {
  inspectKustomizeToHelm: 'Read the spec, the cluster, the chart and the databases',
  planKustomizeToHelm: 'Make the plan',
  checkKustomizeToHelm: 'Look for everything that would stand in the way',
});

const looks = { inspect: inspectKustomizeToHelm, plan: planKustomizeToHelm, check: checkKustomizeToHelm };

/** A run claims the files that came with its spec, a preview does not. */
export const { prepare: prepareKustomizeToHelm } = preflight(looks);
export const { preview: previewKustomizeToHelm } = preflight({ ...looks, inspect: ({ spec }) => inspectKustomizeToHelm({ spec }) });
