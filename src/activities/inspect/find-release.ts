import type { Revision } from '../../adapters/helm/helm.js';
import type { Kube } from '../../adapters/kube/kube.js';
import type { ChartUpgradeSpec, ReleasedVolume } from '../../model/chart-upgrade.js';
import type { KubeObject, PersistentVolumeClaim, Workload } from '../../model/kube-object.js';
import { type ObjectRef, showRef, type WorkloadRef } from '../../model/refs.js';
import { claimsOfWorkloads } from '../objects/claims-of-workloads.js';
import { refOf } from '../objects/ref-of.js';
import { isWorkload, workloadRef } from './find-chart.js';
import { findOwners, type SelectedWorkload } from './find-workloads.js';
import { emptyMatches, matchNames } from './match-names.js';
import type { Problems } from './problems.js';

export type ClaimedVolume = ReleasedVolume & { readonly bound: PersistentVolumeClaim };

/** The release as it runs: everything with pods, who writes, and who steers them. */
export interface RunningRelease {
  readonly former: readonly WorkloadRef[];
  readonly writers: readonly SelectedWorkload[];
  readonly owners: readonly ObjectRef[];
}

export interface FoundRelease extends RunningRelease {
  readonly volumes: readonly ClaimedVolume[];
}

type RunningSpec = Pick<ChartUpgradeSpec, 'quiesce'> & { readonly source: Pick<ChartUpgradeSpec['source'], 'namespace' | 'release'> };

/** With its volumes and their fates. */
export async function findRelease(kube: Kube, spec: ChartUpgradeSpec, latest: Revision, problems: Problems): Promise<FoundRelease> {
  const running = await findRunning(kube, spec, latest, problems);
  const claims = await findClaims(kube, spec.source.namespace, latest.manifest, running.former);
  return { ...running, volumes: fatesOf(spec, claims, problems) };
}

export async function findRunning(kube: Kube, spec: RunningSpec, { manifest }: Revision, problems: Problems): Promise<RunningRelease> {
  const { namespace, release } = spec.source;
  const former = manifest.filter(isWorkload).map((object) => workloadRef(object, namespace));
  const writers = await findQuiesced(kube, spec, problems);
  const selection = { namespace, selector: `app.kubernetes.io/instance=${release}`, path: 'source.release' };
  const steering = [...(await findOwners(kube, selection, writers)).map(refOf), ...cronJobs(manifest, namespace)];
  return { former, writers, owners: [...new Map(steering.map((ref) => [showRef(ref), ref])).values()] };
}

async function findQuiesced(kube: Kube, { source: { namespace }, quiesce }: RunningSpec, problems: Problems): Promise<readonly SelectedWorkload[]> {
  const found = await Promise.all(
    quiesce.map(async ({ kind, name }, index) => {
      const ref: WorkloadRef = { apiVersion: 'apps/v1', kind, namespace, name };
      const object = await kube.get<Workload>(ref);
      if (!object) problems.add(`quiesce.${index}`, `${showRef(ref)} is not there`);
      return object ? [{ ref, replicas: object.spec.replicas ?? 1, object }] : [];
    }),
  );
  return found.flat();
}

const cronJobs = (manifest: readonly KubeObject[], namespace: string): readonly ObjectRef[] =>
  manifest.filter(({ kind }) => kind === 'CronJob').map(({ metadata, ...object }) => refOf({ ...object, metadata: { ...metadata, namespace } }));

/** What the release declares, and what its pods mount besides, as the claims of StatefulSets. */
async function findClaims(
  kube: Kube,
  namespace: string,
  manifest: readonly KubeObject[],
  workloads: readonly WorkloadRef[],
): Promise<readonly PersistentVolumeClaim[]> {
  const declared = new Set(manifest.filter(({ kind }) => kind === 'PersistentVolumeClaim').map(({ metadata }) => metadata.name));
  const [all, mounted] = await Promise.all([
    kube.list<PersistentVolumeClaim>({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace }),
    claimsOfWorkloads(kube, workloads),
  ]);
  const names = new Set([...declared, ...mounted.map(({ metadata }) => metadata.name)]);
  return all.filter(({ metadata }) => names.has(metadata.name));
}

/** Each claim has one: what nobody names would be lost sight of. */
function fatesOf(spec: ChartUpgradeSpec, claims: readonly PersistentVolumeClaim[], problems: Problems): readonly ClaimedVolume[] {
  const names = claims.map(({ metadata }) => metadata.name);
  const of = (path: 'keepVolumes' | 'replaceVolumes'): ReadonlySet<string> => {
    const patterns = spec[path] ?? [];
    for (const pattern of emptyMatches(patterns, names)) problems.add(path, `${pattern} matches no claim of the release; it has ${names.join(', ') || 'none'}`);
    return new Set(matchNames(patterns, names));
  };
  const rebound = reboundClaims(spec, names, problems);
  const wishes: Wishes = [
    ['keep', of('keepVolumes')],
    ['replace', of('replaceVolumes')],
    ['rebind', new Set(rebound.keys())],
  ];
  return claims.flatMap((bound) => {
    const { name: claim } = bound.metadata;
    const [fate, volume] = [fateOf(claim, wishes, problems), boundTo(bound)];
    if (volume === undefined) problems.add('source.release', `claim ${claim} is ${stateOf(bound)}, not Bound`);
    if (!fate || volume === undefined) return [];
    const [size, to = claim] = [bound.spec.resources?.requests?.storage ?? '', rebound.get(claim)];
    // Under the name of old it only has to stay.
    const isRenamed = to !== claim;
    return [{ claim, volume, size, bound, fate: fate === 'rebind' && !isRenamed ? 'keep' : fate, ...(isRenamed && { to }) }];
  });
}

type Fate = ReleasedVolume['fate'];
type Wishes = readonly (readonly [Fate, ReadonlySet<string>])[];
const inWords: Readonly<Record<Fate, string>> = { keep: 'kept', replace: 'replaced', rebind: 'rebound' };

/** Undefined, with a problem, where nobody names the claim. */
function fateOf(claim: string, wishes: Wishes, problems: Problems): Fate | undefined {
  const [fate, other] = wishes.filter(([, claims]) => claims.has(claim)).map(([each]) => each);
  if (!fate) problems.add('keepVolumes', `claim ${claim} is to be neither kept nor replaced: name it in one of keepVolumes and replaceVolumes`);
  if (fate && other) problems.add('keepVolumes', `claim ${claim} is to be both ${inWords[fate]} and ${inWords[other]}: name it once`);
  return fate;
}

/** How the new chart calls the claims of servers whose volumes go along. */
function reboundClaims({ databases }: ChartUpgradeSpec, names: readonly string[], problems: Problems): ReadonlyMap<string, string> {
  return new Map(
    databases.flatMap(({ rebind }, index): readonly (readonly [string, string])[] => {
      if (!rebind) return [];
      const { claim, to = claim } = rebind;
      if (!names.includes(claim)) problems.add(`databases.${index}.rebind`, `${claim} is no claim of the release; it has ${names.join(', ') || 'none'}`);
      else if (to !== claim && names.includes(to))
        problems.add(`databases.${index}.rebind`, `${to} is another claim of the release: its volume would be in the way`);
      return [[claim, to]];
    }),
  );
}

const boundTo = ({ metadata, spec, status }: PersistentVolumeClaim): string | undefined =>
  status?.phase === 'Bound' && !metadata.deletionTimestamp ? spec.volumeName : undefined;

const stateOf = ({ metadata, status }: PersistentVolumeClaim): string => (metadata.deletionTimestamp ? 'being deleted' : (status?.phase ?? 'new'));
