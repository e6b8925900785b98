import { described } from './engine/described.js';
import { looking, preflight } from './preflight.js';

const { inspectDatabaseBackup, planDatabaseBackup, checkDatabaseBackup } = described(looking, {
  inspectDatabaseBackup: "Read the spec, the server and the backup's place",
  planDatabaseBackup: 'Make the plan',
  checkDatabaseBackup: 'Look for everything that would stand in the way',
});

export const { preview: previewDatabaseBackup, prepare: prepareDatabaseBackup } = preflight({
  inspect: inspectDatabaseBackup,
  plan: planDatabaseBackup,
  check: checkDatabaseBackup,
  scheduled: true,
});
