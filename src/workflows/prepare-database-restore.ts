import { described } from './engine/described.js';
import { looking, preflight } from './preflight.js';

const { inspectDatabaseRestore, planDatabaseRestore, checkDatabaseRestore } = described(looking, {
  inspectDatabaseRestore: 'Read the spec, the server and the backup',
  planDatabaseRestore: 'Make the plan',
  checkDatabaseRestore: 'Look for everything that would stand in the way',
});

export const { preview: previewDatabaseRestore, prepare: prepareDatabaseRestore } = preflight({
  inspect: inspectDatabaseRestore,
  plan: planDatabaseRestore,
  check: checkDatabaseRestore,
});
