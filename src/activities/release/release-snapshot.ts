import type { Helm, Revision } from '../../adapters/helm/helm.js';
import type { JournalStore } from '../../adapters/journal/journal.js';
import { ownersToKeep } from '../../adapters/kube/field-owners.js';
import type { KubeReader } from '../../adapters/kube/kube.js';
import { failure } from '../../errors.js';
import type { Act } from '../../model/act.js';
import type { KubeObject, Secret } from '../../model/kube-object.js';
import type { ReleaseRef } from '../../model/refs.js';
import { refOf } from '../objects/ref-of.js';
import { isKept } from './helm-ownership.js';
import { distinct, isOfRelease, placeOf, withoutServerFields } from './release-objects.js';
import type { ReleaseBefore } from './take-release-back.js';

/** A release whole, as it was before the run uninstalled or upgraded it. */
export interface ReleaseSnapshot {
  /** What goes: objects of the latest manifest that are there and are the release's, with their uids. */
  readonly objects: readonly KubeObject[];
  /** Helm's own, of every revision. */
  readonly records: readonly Secret[];
}

interface Part {
  readonly kube: KubeReader;
  readonly helm: Pick<Helm, 'latest'>;
  readonly journal: Pick<JournalStore, 'getArtifact' | 'putArtifact'>;
}

/** Their volumes are handed on by steps of their own. */
export const isStorage = ({ kind }: { readonly kind: string }): boolean => kind === 'PersistentVolumeClaim' || kind === 'PersistentVolume';

/** What would go with them is not the release's alone. */
const tooMuch = new Set(['Namespace', 'CustomResourceDefinition']);
export const holdsMore = ({ kind }: KubeObject): boolean => tooMuch.has(kind);

/** As Helm decides it: by the stored manifest, not by the live object. */
export const stays = (object: KubeObject): boolean => isStorage(object) || isKept(object);

export const recordsOf = (kube: KubeReader, { namespace, name }: ReleaseRef): Promise<readonly Secret[]> =>
  kube.list<Secret>({ apiVersion: 'v1', kind: 'Secret', namespace, labelSelector: `owner=helm,name=${name}` });

const nameOf = ({ namespace, name }: ReleaseRef): string => `release/${namespace}/${name}/before`;

/** What was kept of it before the first object went; undefined where none has gone. */
export async function readSnapshot({ journal }: Pick<Part, 'journal'>, release: ReleaseRef, { run }: Pick<Act, 'run'>): Promise<ReleaseSnapshot | undefined> {
  const kept = await journal.getArtifact(run, nameOf(release));
  return kept && (JSON.parse(Buffer.from(kept).toString()) as ReleaseSnapshot);
}

/** Keeps the release whole in the run's artifacts, before anything of it goes; an attempt that comes later finds what the first one kept. */
export async function keepSnapshot(part: Part, release: ReleaseRef, act: Act): Promise<ReleaseSnapshot> {
  const kept = await readSnapshot(part, release, act);
  if (kept) return kept;
  const latest = await part.helm.latest(release);
  if (!latest) throw failure('NotFound', `release ${release.namespace}/${release.name} is not there`);
  const [objects, records] = await Promise.all([liveObjects(part.kube, release, latest), recordsOf(part.kube, release)]);
  const snapshot = { objects, records: records.map(withOwners) };
  await part.journal.putArtifact(act, nameOf(release), Buffer.from(JSON.stringify(snapshot)));
  return snapshot;
}

/** The former release's objects beside those of the new one: they come back, too, with their owners. */
export const withSnapshot = (before: ReleaseBefore, { objects }: ReleaseSnapshot): ReleaseBefore => ({
  ...before,
  objects: distinct([...objects.map((object) => ({ ref: refOf(object), before: object })), ...before.objects]),
});

const withOwners = <T extends KubeObject>(object: T): T => {
  const plain = withoutServerFields(object);
  return { ...plain, metadata: { ...plain.metadata, managedFields: ownersToKeep(object) } };
};

async function liveObjects(kube: KubeReader, release: ReleaseRef, { manifest }: Revision): Promise<readonly KubeObject[]> {
  const going = manifest.filter((object) => !stays(object));
  const found = await Promise.all(
    going.map(async (object) => {
      const ref = await placeOf(kube, release, object);
      const live = ref && (await kube.get(ref));
      return live && isOfRelease(live, release) ? [withOwners(live)] : [];
    }),
  );
  return found.flat();
}
