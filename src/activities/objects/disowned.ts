import { fieldManager, type MergePatch } from '../../adapters/kube/kube.js';
import type { KubeObject } from '../../model/kube-object.js';

interface Managed {
  readonly manager?: string;
}

/**
 * The patch by which we own no field of the object any more, and nobody else owns those that we wrote: a helm that applies on the server's side (4 does) refuses to change
 * what another owns. Undefined where we own none.
 */
export function disowned({ metadata }: KubeObject): MergePatch | undefined {
  const managers = (metadata.managedFields ?? []) as readonly Managed[];
  const others = managers.filter(({ manager }) => manager !== fieldManager);
  return others.length === managers.length ? undefined : { metadata: { managedFields: others } };
}
