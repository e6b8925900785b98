import type { Report } from '../model/report.js';
import { Run } from './engine/run.js';
import { prepareDatabaseBackup } from './prepare-database-backup.js';

/**
 * Dumps databases of a server as one backup and reads it back. The input is the spec as one JSON object, see docs/specs.md;
 * an invalid one closes the run as InvalidSpec with every problem, before anything is touched.
 */
export async function databaseBackup(spec: unknown): Promise<Report> {
  return new Run('DatabaseBackup', () => prepareDatabaseBackup(spec)).carryOut();
}
