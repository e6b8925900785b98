import { described } from './engine/described.js';
import { looking, preflight } from './preflight.js';

const { inspectDatabaseCopy, planDatabaseCopy, checkDatabaseCopy } = described(looking, {
  inspectDatabaseCopy: 'Read the spec, both servers, and who writes to the source',
  planDatabaseCopy: 'Make the plan',
  checkDatabaseCopy: 'Look for everything that would stand in the way',
});

export const { preview: previewDatabaseCopy, prepare: prepareDatabaseCopy } = preflight({
  inspect: inspectDatabaseCopy,
  plan: planDatabaseCopy,
  check: checkDatabaseCopy,
});
