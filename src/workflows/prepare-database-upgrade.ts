import { described } from './engine/described.js';
import { looking, preflight } from './preflight.js';

const { inspectDatabaseUpgrade, planDatabaseUpgrade, checkDatabaseUpgrade } = described(looking, {
  inspectDatabaseUpgrade: 'Read the spec, the volume, and who uses it',
  planDatabaseUpgrade: 'Make the plan',
  checkDatabaseUpgrade: 'Look for everything that would stand in the way',
});

export const { preview: previewDatabaseUpgrade, prepare: prepareDatabaseUpgrade } = preflight({
  inspect: inspectDatabaseUpgrade,
  plan: planDatabaseUpgrade,
  check: checkDatabaseUpgrade,
});
