import { failure } from '../errors.js';
import type { Report } from '../model/report.js';
import { Run } from './engine/run.js';
import { prepareDatabaseBackup } from './prepare-database-backup.js';
import { standingApproval } from './standing-approval.js';

/**
 * Dumps databases of a server as one backup and reads it back. The input is the spec as one JSON object, see docs/specs.md;
 * an invalid one closes the run as InvalidSpec with every problem, before anything is touched. By a schedule only a backup that was made completes its workflow:
 * nobody reads reports of the night. The report is in the failure's details then.
 */
export async function databaseBackup(spec: unknown): Promise<Report> {
  const report = await new Run('DatabaseBackup', () => prepareDatabaseBackup(spec)).carryOut();
  if (standingApproval() === undefined || report.phase === 'Succeeded') return report;
  throw failure('BackupFailed', `no backup was made: the run is ${report.phase}: ${report.cause ?? 'it did not come to its end'}`, { details: { report } });
}
