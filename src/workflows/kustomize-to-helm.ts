import type { Report } from '../model/report.js';
import { Run } from './engine/run.js';
import { prepareKustomizeToHelm } from './prepare-kustomize-to-helm.js';

/**
 * Takes a product from Kustomize to Helm inside one cluster. The input is the spec as one JSON object, see docs/specs.md;
 * an invalid one closes the run as InvalidSpec with every problem, before anything is touched.
 */
export async function kustomizeToHelm(spec: unknown): Promise<Report> {
  return new Run('KustomizeToHelm', () => prepareKustomizeToHelm(spec)).carryOut();
}
