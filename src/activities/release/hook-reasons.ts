import type { Rendered } from '../../adapters/helm/helm.js';
import type { KubeReader } from '../../adapters/kube/kube.js';
import { failure, isFailure } from '../../errors.js';
import type { Pod } from '../../model/kube-object.js';
import { type ReleaseRef, showRef } from '../../model/refs.js';
import { podReasons } from '../objects/pod-reasons.js';
import { isInstalled, placeOf } from './release-objects.js';

/** Helm's failure, with what pods of the release's hooks say: helm itself tells their Jobs' state only. */
export async function withHookReasons(kube: KubeReader, release: ReleaseRef, rendered: readonly Rendered[], error: unknown): Promise<unknown> {
  if (!isFailure(error, 'HelmFailed')) return error;
  const jobs = rendered.filter((each) => isInstalled(each) && each.hooks.length > 0 && each.object.kind === 'Job');
  const reasons = await Promise.all(jobs.map(({ object }) => reasonsOf(kube, release, object)));
  const said = reasons.flat();
  return said.length === 0 ? error : failure('HelmFailed', [error.message, ...said].join('; '));
}

async function reasonsOf(kube: KubeReader, release: ReleaseRef, job: Rendered['object']): Promise<readonly string[]> {
  const ref = await placeOf(kube, release, job);
  if (ref?.namespace === undefined) return [];
  const pods = await kube.list<Pod>({ apiVersion: 'v1', kind: 'Pod', namespace: ref.namespace, labelSelector: `job-name=${ref.name}` });
  const failed = pods.filter(({ status }) => status?.phase !== 'Succeeded');
  return (await podReasons(kube, failed)).map((reason) => `hook ${showRef(ref)}: ${reason}`);
}
