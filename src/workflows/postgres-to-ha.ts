import type { Report } from '../model/report.js';
import { Run } from './engine/run.js';
import { preparePostgresToHa } from './prepare-postgres-to-ha.js';

/**
 * Takes the single PostgreSQL of a Helm release to members with a primary among them. The input is the spec as one JSON object, see docs/specs.md;
 * an invalid one closes the run as InvalidSpec with every problem, before anything is touched.
 */
export async function postgresToHa(spec: unknown): Promise<Report> {
  return new Run('PostgresToHA', () => preparePostgresToHa(spec)).carryOut();
}
