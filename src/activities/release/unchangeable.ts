import type { Rendered } from '../../adapters/helm/helm.js';
import type { Kube, MergePatch } from '../../adapters/kube/kube.js';
import { isFailure } from '../../errors.js';
import type { KubeObject, Workload } from '../../model/kube-object.js';
import { type ObjectRef, type ReleaseRef, showRef } from '../../model/refs.js';
import { refOf } from '../objects/ref-of.js';
import { isInstalled, placeOf } from './release-objects.js';

/** What stands in a chart's way, and the server's words about it. */
export interface Unchangeable {
  readonly live: Workload;
  readonly why: string;
}

/** `updates to statefulset spec for fields other than … are forbidden`, `field is immutable`: what the API server says of fields that never change. */
const ofFixedFields = /\bimmutable\b|updates to .* are forbidden/i;

/** Live objects that the chart would change in fields which cannot be changed. The server itself is asked, and stores nothing. */
export async function findUnchangeable(kube: Kube, release: ReleaseRef, rendered: readonly Rendered[]): Promise<readonly Unchangeable[]> {
  const found = await Promise.all(
    rendered
      .filter((each) => isInstalled(each) && each.hooks.length === 0)
      .map(async ({ object }) => {
        const ref = await placeOf(kube, release, object);
        const why = ref && (await refusal(kube, ref, object as unknown as MergePatch));
        const live = ref && why !== undefined ? await kube.get<Workload>(ref) : undefined;
        return live && why !== undefined ? [{ live, why }] : [];
      }),
  );
  return found.flat();
}

/** Any other refusal may come of the dry run itself: helm says it where it is true. */
async function refusal(kube: Kube, ref: ObjectRef, patch: MergePatch): Promise<string | undefined> {
  try {
    await kube.dryRunPatch(ref, patch);
    return undefined;
  } catch (error) {
    if (isFailure(error, 'Invalid') && ofFixedFields.test(error.message)) return error.message;
    if (isFailure(error, 'Invalid', 'Conflict', 'Forbidden', 'NotFound')) return undefined;
    throw error;
  }
}

/** Made anew they lose nothing: their claims stay, and pods end in an upgrade anyway. */
export const isMadeAnew = ({ kind }: KubeObject): boolean => kind === 'StatefulSet' || kind === 'Deployment';

export const unchangeableProblem = ({ live, why }: Unchangeable): string =>
  `${showRef(refOf(live))} cannot become what the new chart wants (${why}): take it out of the release, or keep its fields by the values`;
