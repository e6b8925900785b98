import { described } from './engine/described.js';
import { looking, preflight } from './preflight.js';

const { inspectChartUpgrade, planChartUpgrade, checkChartUpgrade } = described(looking, {
  inspectChartUpgrade: 'Read the spec, the release, its charts and its databases',
  planChartUpgrade: 'Make the plan',
  checkChartUpgrade: 'Look for everything that would stand in the way',
});

const looks = { inspect: inspectChartUpgrade, plan: planChartUpgrade, check: checkChartUpgrade };

/** A run claims the files that came with its spec, a preview does not. */
export const { prepare: prepareChartUpgrade } = preflight({ ...looks, inspect: ({ spec, run }) => inspectChartUpgrade({ spec, run, claims: true }) });
export const { preview: previewChartUpgrade } = preflight(looks);
