import { setTimeout as sleep } from 'node:timers/promises';
import { helmFailure } from '../../../src/adapters/helm/errors.js';
import type { InstallRequest, Rendered } from '../../../src/adapters/helm/helm.js';
import type { MergePatch, RawKube } from '../../../src/adapters/kube/kube.js';
import { failure } from '../../../src/errors.js';
import type { Job, KubeObject } from '../../../src/model/kube-object.js';
import { type ObjectRef, type ReleaseRef, showRef } from '../../../src/model/refs.js';

/** What the release held before. */
export interface Previous {
  readonly manifest: readonly KubeObject[];
  readonly exists: boolean;
}

async function placed(raw: RawKube, { namespace }: ReleaseRef, object: KubeObject): Promise<KubeObject> {
  const home = object.metadata.namespace ?? namespace;
  return (await raw.isNamespaced(object)) ? { ...object, metadata: { ...object.metadata, namespace: home } } : object;
}

const refOf = ({ apiVersion, kind, metadata: { namespace, name } }: KubeObject): ObjectRef => ({
  apiVersion,
  kind,
  name,
  ...(namespace !== undefined && { namespace }),
});
const keyOf = (object: KubeObject): string => `${object.apiVersion} ${showRef(refOf(object))}`;

const ownership = ({ namespace, name }: ReleaseRef) => ({
  labels: { 'app.kubernetes.io/managed-by': 'Helm' },
  annotations: { 'meta.helm.sh/release-name': name, 'meta.helm.sh/release-namespace': namespace },
});

const isOwned = (release: ReleaseRef, { metadata }: KubeObject): boolean => {
  const { labels, annotations } = ownership(release);
  const has = (wanted: object, there: object = {}): boolean =>
    Object.entries(wanted).every(([key, value]) => key in there && there[key as keyof typeof there] === value);
  return has(labels, metadata.labels) && has(annotations, metadata.annotations);
};

/** Refuses objects that are there and belong to somebody else, as Helm does before it writes anything. */
export async function checkOwners(raw: RawKube, release: ReleaseRef, rendered: readonly Rendered[], previous: Previous): Promise<void> {
  const before = new Set(await keysOf(raw, release, previous.manifest));
  for (const { object } of rendered.filter(({ hooks }) => hooks.length === 0)) {
    const wanted = await placed(raw, release, object);
    const seen = before.has(keyOf(wanted)) ? undefined : await raw.get(refOf(wanted));
    if (seen === undefined || isOwned(release, seen)) continue;
    const stderr = `Error: unable to continue with install: ${wanted.kind} "${wanted.metadata.name}" in namespace "${wanted.metadata.namespace ?? ''}" exists and cannot be imported into the current release: invalid ownership metadata`;
    throw helmFailure(`helm upgrade --install of release ${release.namespace}/${release.name}`, {
      exitCode: 1,
      stdout: '',
      stderr,
      cancelled: false,
      overflowed: false,
    });
  }
}

const keysOf = (raw: RawKube, release: ReleaseRef, objects: readonly KubeObject[]): Promise<string[]> =>
  Promise.all(objects.map(async (object) => keyOf(await placed(raw, release, object))));

/** Brings the release's objects to what was rendered, with the hooks around it. */
export async function apply(raw: RawKube, request: InstallRequest, rendered: readonly Rendered[], previous: Previous): Promise<void> {
  const when = previous.exists ? 'upgrade' : 'install';
  await runHooks(raw, request, rendered, `pre-${when}`);
  const { release } = request;
  const old = new Map(await Promise.all(previous.manifest.map(async (object) => [keyOf(await placed(raw, release, object)), object] as const)));
  for (const { object } of rendered.filter(({ hooks }) => hooks.length === 0)) {
    const wanted = await placed(raw, release, object);
    await applyOne(raw, release, wanted, old.get(keyOf(wanted)));
    old.delete(keyOf(wanted));
  }
  for (const left of old.values()) await removeOne(raw, release, left);
  await runHooks(raw, request, rendered, `post-${when}`);
}

async function applyOne(raw: RawKube, release: ReleaseRef, object: KubeObject, before: KubeObject | undefined): Promise<void> {
  const { labels, annotations } = ownership(release);
  const owned = {
    ...object,
    metadata: { ...object.metadata, labels: { ...object.metadata.labels, ...labels }, annotations: { ...object.metadata.annotations, ...annotations } },
  };
  if ((await raw.get(refOf(object))) === undefined) return void (await raw.create(owned));
  await raw.patch(refOf(object), patchFrom(before, owned));
}

/** The object as a merge patch, with null for what the last manifest had and this one has not. */
function patchFrom(before: unknown, after: object): MergePatch {
  const patch: Record<string, unknown> = { ...after };
  if (!isMap(before)) return patch;
  for (const [key, value] of Object.entries(before)) {
    const now = patch[key];
    if (now === undefined) patch[key] = null;
    else if (isMap(value) && isMap(now)) patch[key] = patchFrom(value, now);
  }
  return patch;
}

const isMap = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value);

async function removeOne(raw: RawKube, release: ReleaseRef, object: KubeObject): Promise<void> {
  const ref = refOf(await placed(raw, release, object));
  const seen = await raw.get(ref);
  if (seen?.metadata.annotations?.['helm.sh/resource-policy'] !== 'keep') await raw.delete(ref);
}

const weightOf = ({ object }: Rendered): number => Number(object.metadata.annotations?.['helm.sh/hook-weight'] ?? 0);

async function runHooks(raw: RawKube, { release, noHooks, timeoutSeconds }: InstallRequest, rendered: readonly Rendered[], event: string): Promise<void> {
  if (noHooks) return;
  const hooks = rendered.filter((each) => each.hooks.includes(event)).sort((a, b) => weightOf(a) - weightOf(b));
  for (const hook of hooks) await runHook(raw, release, hook, timeoutSeconds);
}

async function runHook(raw: RawKube, release: ReleaseRef, { object, deletePolicies }: Rendered, timeoutSeconds: number): Promise<void> {
  const wanted = await placed(raw, release, object);
  if (deletePolicies.includes('before-hook-creation')) await raw.delete(refOf(wanted));
  await raw.create(wanted);
  const ended = wanted.kind === 'Job' ? await endOf(raw, refOf(wanted), timeoutSeconds) : 'Complete';
  if (deletePolicies.includes(ended === 'Complete' ? 'hook-succeeded' : 'hook-failed')) await raw.delete(refOf(wanted));
  if (ended !== 'Complete')
    throw failure(
      'HelmFailed',
      `helm upgrade --install of release ${release.namespace}/${release.name}: pre-install hooks failed: job ${wanted.metadata.name} failed: BackoffLimitExceeded`,
    );
}

const lookMilliseconds = 10;

async function endOf(raw: RawKube, ref: ObjectRef, timeoutSeconds: number): Promise<string> {
  for (const until = Date.now() + timeoutSeconds * 1000; Date.now() < until; await sleep(lookMilliseconds)) {
    const job = await raw.get<Job>(ref);
    const over = job?.status?.conditions?.find(({ type, status }) => ['Complete', 'Failed'].includes(type) && status === 'True');
    if (over) return over.type;
  }
  throw failure('TimedOut', `${showRef(ref)}: timed out waiting for the condition`);
}
