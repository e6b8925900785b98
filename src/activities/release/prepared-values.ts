import type { Helm } from '../../adapters/helm/helm.js';
import type { JournalStore } from '../../adapters/journal/journal.js';
import type { KubeReader } from '../../adapters/kube/kube.js';
import { failure } from '../../errors.js';
import type { Act } from '../../model/act.js';
import type { ReleaseRef } from '../../model/refs.js';
import { readValuesMap } from '../../model/schema/values-map.js';
import type { Values } from '../../model/values.js';
import type { ValuesMap } from '../../model/values-map.js';
import type { PreparedValues, ValuesOverlay, ValuesRecipe, ValuesSource } from '../../model/values-source.js';
import { describeChange } from '../../values/changes.js';
import { setValues } from '../../values/set-values.js';
import { transformValues } from '../../values/transform-values.js';
import { readValues, versionOfValues } from './read-values.js';

export interface ValuesPart {
  readonly kube: KubeReader;
  readonly helm: Pick<Helm, 'values'>;
  readonly journal: Pick<JournalStore, 'getArtifact'>;
}

/** In an artifact of the run: they may be secret. */
export const artifactOf = (step: string): string => `values/${step}`;

/** Values as helm gets them, wherever a plan says they are. Nobody logs, returns or heartbeats them. Failures as of readValues. */
export async function valuesFor(part: ValuesPart, source: ValuesSource, overlay: ValuesOverlay, { run }: Pick<Act, 'run'>): Promise<Values> {
  if (!('prepared' in source)) return readValues(part.kube, source, overlay);
  const kept = await readKept(part, source.prepared, run);
  return setValues(kept ?? (await prepareFrom(part, source.prepared.recipe)).values, overlay);
}

/** Differs when they have changed; what a step keeps for the run does not. */
export const versionOf = (kube: KubeReader, source: ValuesSource): Promise<string> =>
  'prepared' in source ? Promise.resolve(`prepared/${source.prepared.step}`) : versionOfValues(kube, source);

async function readKept({ journal }: ValuesPart, { step }: PreparedValues, run: string): Promise<Values | undefined> {
  const kept = await journal.getArtifact(run, artifactOf(step));
  return kept && (JSON.parse(Buffer.from(kept).toString()) as Values);
}

export interface Prepared {
  readonly values: Values;
  /** One sentence for each change of the map; none quotes a value. */
  readonly changes: readonly string[];
  readonly map?: ValuesMap;
}

/** By the recipe, from what is there now. NotFound where release or object is gone, Invalid where the map cannot be read or does not fit the values. */
export async function prepareFrom({ kube, helm }: Pick<ValuesPart, 'kube' | 'helm'>, { from, migrate }: ValuesRecipe): Promise<Prepared> {
  const given = 'release' in from ? await valuesOf(helm, from.release) : await readValues(kube, from);
  if (!migrate) return { values: given, changes: [] };
  const map = readValuesMap(await readValues(kube, migrate));
  const { values, changes, refusals } = transformValues(given, map);
  if (refusals.length > 0) throw failure('Invalid', refusals.map(({ path, message }) => `${path === '' ? '' : `${path}: `}${message}`).join('; '));
  return { values, changes: changes.map(describeChange), map };
}

async function valuesOf(helm: Pick<Helm, 'values'>, release: ReleaseRef): Promise<Values> {
  const values = await helm.values(release);
  if (values === undefined) throw failure('NotFound', `release ${release.namespace}/${release.name} is not there`);
  return values;
}
