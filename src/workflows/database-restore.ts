import type { Report } from '../model/report.js';
import { Run } from './engine/run.js';
import { prepareDatabaseRestore } from './prepare-database-restore.js';

/**
 * Restores databases of a backup beside those that are there, proves them, and gives them their names. The input is the spec as one JSON object, see docs/specs.md;
 * an invalid one closes the run as InvalidSpec with every problem, before anything is touched.
 */
export async function databaseRestore(spec: unknown): Promise<Report> {
  return new Run('DatabaseRestore', () => prepareDatabaseRestore(spec)).carryOut();
}
