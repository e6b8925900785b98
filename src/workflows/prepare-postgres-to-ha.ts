import { described } from './engine/described.js';
import { looking, preflight } from './preflight.js';

const { inspectPostgresToHa, planPostgresToHa, checkPostgresToHa } = described(looking, {
  inspectPostgresToHa: 'Read the spec, the release, its charts and the single server',
  planPostgresToHa: 'Make the plan',
  checkPostgresToHa: 'Look for everything that would stand in the way',
});

const looks = { inspect: inspectPostgresToHa, plan: planPostgresToHa, check: checkPostgresToHa };

/** A run claims the files that came with its spec, a preview does not. */
export const { prepare: preparePostgresToHa } = preflight({ ...looks, inspect: ({ spec, run }) => inspectPostgresToHa({ spec, run, claims: true }) });
export const { preview: previewPostgresToHa } = preflight(looks);
