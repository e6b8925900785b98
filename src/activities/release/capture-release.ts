import type { Rendered } from '../../adapters/helm/helm.js';
import { failure, isFailure } from '../../errors.js';
import type { Act } from '../../model/act.js';
import type { ChartRef, ReleaseRef } from '../../model/refs.js';
import type { ValuesOverlay, ValuesSource } from '../../model/values-source.js';
import type { Adapters } from '../adapters.js';
import { valuesFor } from './prepared-values.js';
import { objectsBefore, type ReleaseObject } from './release-objects.js';
import type { ReleaseBefore } from './take-release-back.js';

/** A chart with its values, as a release is to have them. */
export interface WantedChart {
  readonly release: ReleaseRef;
  readonly chart: ChartRef;
  readonly values: ValuesSource;
  /** Laid over the values: what was found, and what keeps the product closed to users. */
  readonly set: ValuesOverlay;
}

type Part = Pick<Adapters, 'kube' | 'helm' | 'journal'>;

export const renderChart = async (part: Part, { release, chart, values, set }: WantedChart, act: Act): Promise<readonly Rendered[]> =>
  part.helm.render(release, chart, await valuesFor(part, values, set, act));

/** What the chart would make, with what is there now. */
export const findObjects = async (part: Part, wanted: WantedChart, act: Act): Promise<readonly ReleaseObject[]> =>
  objectsBefore(part.kube, wanted.release, await renderChart(part, wanted, act));

/** What an operator has to put right of a chart or its values, as data; what may pass by itself is thrown for a retry. */
export async function chartProblems(look: () => Promise<readonly string[]>): Promise<readonly string[]> {
  try {
    return await look();
  } catch (error) {
    if (!isFailure(error, 'HelmFailed', 'HelmLocked', 'HelmOwnership', 'NotFound', 'Invalid')) throw error;
    return [error.message];
  }
}

/** Reads which records, claims and objects of the chart are there, the latter whole. Changes nothing. */
export async function captureRelease(part: Part, wanted: WantedChart, act: Act): Promise<ReleaseBefore> {
  const { release } = wanted;
  const [history, objects] = await Promise.all([part.helm.history(release), findObjects(part, wanted, act)]);
  const claims = await part.kube.list({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: release.namespace });
  return { release, revisions: history.map(({ revision }) => revision), objects, claims: claims.map(({ metadata }) => metadata.uid ?? '') };
}

/** What this step has captured. NotFound where that is nothing: helm would make what could not be taken back. */
export async function capturedRelease({ journal }: Pick<Part, 'journal'>, act: Act): Promise<ReleaseBefore> {
  const captured = (await journal.find(act.run, act.step))?.captured as ReleaseBefore | undefined;
  if (!captured) throw failure('NotFound', `${act.step} of run ${act.run} has no capture in the journal: nothing is made that could not be taken back`);
  return captured;
}
