import { log } from '@temporalio/activity';
import type { Revision } from '../../adapters/helm/helm.js';
import { failure } from '../../errors.js';
import type { Act } from '../../model/act.js';
import type { KubeObject, LabelSelector, PersistentVolumeClaim } from '../../model/kube-object.js';
import { type ObjectRef, type ReleaseRef, showRef } from '../../model/refs.js';
import type { Adapters } from '../adapters.js';
import { isClaimOf } from '../objects/claims-of-workloads.js';
import { type PodQuery, scaleToZero, untilGone, untilNoPods } from '../objects/end-pods.js';
import { isRemade } from '../objects/former-uid.js';
import { matchLabels } from '../objects/labels.js';
import { madeBy, madeByRun } from '../objects/made-by.js';
import { isOfRun } from './release-labels.js';
import { rememberedObjects } from './release-memory.js';
import { distinct, isOfRelease, placeOf, type ReleaseObject } from './release-objects.js';
import { restoreObject } from './restore-object.js';

/** The world before a release was installed. */
export interface ReleaseBefore {
  readonly release: ReleaseRef;
  /** The step that uninstalled a former release of this name, or upgraded it: what it was is in the run's artifacts. */
  readonly replaces?: string;
  /** Records that were there. */
  readonly revisions: readonly number[];
  readonly objects: readonly ReleaseObject[];
  /** uids of the claims in the release's namespace: handed over, or somebody else's. */
  readonly claims: readonly string[];
}

type Part = Pick<Adapters, 'kube' | 'helm' | 'journal'>;
type Manifest = KubeObject & { readonly spec?: { readonly selector?: LabelSelector; readonly volumeClaimTemplates?: readonly PersistentVolumeClaim[] } };

interface Made {
  readonly ref: ObjectRef;
  readonly uid: string | undefined;
  readonly live: Manifest;
}

/** Grace periods of pods and finalizers of load balancers are theirs; this is ours. */
export const patienceSeconds = 900;

/**
 * Takes a release back without `helm uninstall`, which deletes whatever the stored manifest names, adopted objects included: stops its workloads,
 * deletes what the run's revisions made and nothing that was there before, makes adopted objects again what they were, removes the run's records last. Answers the objects that are again what they were.
 */
export async function takeReleaseBack(part: Part, before: ReleaseBefore, act: Act): Promise<readonly ObjectRef[]> {
  const { kube, helm } = part;
  const { release } = before;
  const since = await revisionsSince(part, before, act);
  const objects = distinct([...before.objects, ...(await rememberedObjects(part.journal, release, act)), ...(await objectsOf(part, release, since))]);
  const made = await findMade(part, release, objects);
  // By the stored manifests, too: a repeated undo finds the workloads deleted, and their pods perhaps not.
  const workloads = [...made.map(({ live }) => live), ...newOnes(since, objects)].filter(({ apiVersion }) => apiVersion.startsWith('apps/'));
  for (const { ref } of made) if (scalable.has(ref.kind)) await scaleToZero(kube, ref, act);
  await untilNoPods(
    kube,
    podsOf(
      release,
      workloads.filter(({ kind }) => scalable.has(kind)),
    ),
    patienceSeconds,
  );
  for (const { ref, uid } of made.toReversed()) await kube.writeAs(act).remove(ref, { propagation: 'Background', ...(uid !== undefined && { uid }) });
  await untilNoPods(kube, [...podsOf(release, workloads), ...podsOfJobs(objects)], patienceSeconds);
  const claims = await removeTemplateClaims(part, before, workloads, act);
  await untilGone(kube, [...made, ...claims], patienceSeconds);
  for (const { ref, before: former } of objects) if (former) await restoreObject(kube, ref, former, act, { onlyIfThere: await isTakenBack(part, former, act) });
  const revisions = since.map(({ revision }) => revision);
  if (revisions.length > 0) await helm.forget(release, revisions);
  log.info('release taken back', { release, revisions, deleted: [...made, ...claims].map(({ ref }) => showRef(ref)) });
  return objects.flatMap(({ ref, before: former }) => (former ? [ref] : []));
}

/** Has the step that made the object taken it back by now? An attempt that finds itself superseded comes after the rollback, or in its midst. */
async function isTakenBack({ journal }: Part, object: KubeObject, act: Act): Promise<boolean> {
  if (!madeByRun(object, act)) return false;
  return (await journal.read(act.run)).some(({ id, state }) => state === 'undone' && madeBy(object, { run: act.run, step: id }));
}

async function revisionsSince({ helm }: Part, { release, revisions }: ReleaseBefore, act: Act): Promise<readonly Revision[]> {
  const since = (await helm.history(release)).filter(({ revision }) => !revisions.includes(revision));
  const foreign = since.find((each) => !isOfRun(each, act));
  if (foreign)
    throw failure(
      'NotOurs',
      `revision ${foreign.revision} of release ${release.namespace}/${release.name} was made by somebody else since: roll it back with helm, then retry`,
    );
  return since;
}

/** Names can be drawn by lot in a template, so that the stored manifests know others than our own rendering. */
async function objectsOf({ kube }: Part, release: ReleaseRef, revisions: readonly Revision[]): Promise<readonly ReleaseObject[]> {
  const refs = await Promise.all(revisions.flatMap(({ manifest }) => manifest).map((object) => placeOf(kube, release, object)));
  return refs.flatMap((ref) => (ref ? [{ ref }] : []));
}

/** What is there, was not there before (nor is what was, made anew), and says that it is the release's. */
async function findMade({ kube }: Part, release: ReleaseRef, objects: readonly ReleaseObject[]): Promise<readonly Made[]> {
  const found = await Promise.all(
    objects.map(async ({ ref, hook, before }) => {
      const live = await kube.get<Manifest>(ref);
      return live && live.metadata.uid !== before?.metadata.uid && !isRemade(live, before?.metadata.uid) && isOfRelease(live, release, hook)
        ? [{ ref, uid: live.metadata.uid, live }]
        : [];
    }),
  );
  return found.flat();
}

const scalable = new Set(['Deployment', 'StatefulSet', 'ReplicaSet']);

function newOnes(since: readonly Revision[], objects: readonly ReleaseObject[]): readonly Manifest[] {
  const former = new Set(objects.flatMap(({ ref, before }) => (before ? [`${ref.kind} ${ref.name}`] : [])));
  return since.flatMap(({ manifest }) => manifest as readonly Manifest[]).filter(({ kind, metadata }) => !former.has(`${kind} ${metadata.name}`));
}

function podsOf({ namespace }: ReleaseRef, workloads: readonly Manifest[]): readonly PodQuery[] {
  const queries = workloads.flatMap(({ metadata, spec }) =>
    spec?.selector ? [{ namespace: metadata.namespace ?? namespace, labelSelector: matchLabels(spec.selector) }] : [],
  );
  return [...new Map(queries.map((query) => [JSON.stringify(query), query])).values()];
}

const podsOfJobs = (objects: readonly ReleaseObject[]): readonly PodQuery[] =>
  objects
    .filter(({ ref, before }) => ref.kind === 'Job' && !before)
    .map(({ ref }) => ({ namespace: ref.namespace ?? '', labelSelector: `job-name=${ref.name}` }));

/** Claims that StatefulSets made from their templates outlive them: new ones go, with the little that a product which nobody used has written. */
async function removeTemplateClaims(
  { kube }: Part,
  { release, claims }: ReleaseBefore,
  workloads: readonly Manifest[],
  act: Act,
): Promise<readonly Omit<Made, 'live'>[]> {
  const sets = workloads.filter(({ kind }) => kind === 'StatefulSet');
  const there = await kube.list<PersistentVolumeClaim>({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: release.namespace });
  const made = there.filter((claim) => !claims.includes(claim.metadata.uid ?? '') && sets.some((set) => isFromTemplate(claim, set)));
  const refs = made.map(({ metadata: { name, uid } }) => ({
    ref: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: release.namespace, name },
    uid,
  }));
  for (const { ref, uid } of refs) await kube.writeAs(act).remove(ref, uid === undefined ? {} : { uid });
  return refs;
}

function isFromTemplate({ metadata: { name, labels = {} } }: PersistentVolumeClaim, set: Manifest): boolean {
  const ofSet = Object.entries(set.spec?.selector?.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
  return ofSet && isClaimOf(name, set);
}
