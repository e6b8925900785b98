import { described } from './engine/described.js';
import { looking, preflight } from './preflight.js';

const { inspectFailoverDrill, planFailoverDrill, checkFailoverDrill } = described(
  { ...looking, startToCloseTimeout: '2 minutes', scheduleToCloseTimeout: '5 minutes' },
  {
    inspectFailoverDrill: 'Read the spec, the target, and what stands beside it',
    planFailoverDrill: 'Make the plan',
    checkFailoverDrill: 'Look for everything that would stand in the way',
  },
);

export const { preview: previewFailoverDrill, prepare: prepareFailoverDrill } = preflight({
  inspect: inspectFailoverDrill,
  plan: planFailoverDrill,
  check: checkFailoverDrill,
  scheduled: true,
});
