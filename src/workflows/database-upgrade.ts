import type { Report } from '../model/report.js';
import { Run } from './engine/run.js';
import { prepareDatabaseUpgrade } from './prepare-database-upgrade.js';

/**
 * Upgrades the directory that a PostgreSQL left on its volume, in place. The input is the spec as one JSON object, see docs/specs.md; an invalid one closes the
 * run as InvalidSpec with every problem, before anything is touched.
 */
export async function databaseUpgrade(spec: unknown): Promise<Report> {
  return new Run('DatabaseUpgrade', () => prepareDatabaseUpgrade(spec)).carryOut();
}
