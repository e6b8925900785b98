import type { Report } from '../../../src/model/report.js';
import type { PlaceOnLab } from '../story/place.js';
import { deployProduct, publish } from '../story/product.js';

/** What is run on the composed stack, from a spec alone: its gates are approved as they come. */
export interface Exercise {
  /** The phase of a run that is well. */
  readonly ends: Report['phase'];
  /** Puts onto the lab what the run works on; answers the path of its spec. */
  prepare(at: PlaceOnLab, tell: (line: string) => void): Promise<string>;
}

const documents = 2000;

/** The example product from Kustomize to Helm. */
export const migration: Exercise = {
  ends: 'Succeeded',
  async prepare({ place, registry }, tell) {
    await deployProduct(place, documents, tell);
    return publish(place, registry);
  },
};
