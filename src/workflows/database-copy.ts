import type { Report } from '../model/report.js';
import { Run } from './engine/run.js';
import { prepareDatabaseCopy } from './prepare-database-copy.js';

/**
 * Copies databases from one server to another, or under new names on the same, and proves them equal. The input is the spec as one JSON object,
 * see docs/specs.md; an invalid one closes the run as InvalidSpec with every problem, before anything is touched.
 */
export async function databaseCopy(spec: unknown): Promise<Report> {
  return new Run('DatabaseCopy', () => prepareDatabaseCopy(spec)).carryOut();
}
