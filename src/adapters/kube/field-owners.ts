import type { KubeObject } from '../../model/kube-object.js';
import { fieldManager, type MergePatch } from './kube.js';

/** An entry of `metadata.managedFields`. */
interface Owner {
  readonly manager?: string;
  readonly subresource?: string;
}

const ownersOf = ({ metadata }: KubeObject): readonly Owner[] => (metadata.managedFields ?? []) as readonly Owner[];

const isOurs = ({ manager }: Owner): boolean => manager === fieldManager;

/** Who owned the fields of an object, to be given back to one that is made anew: neither we, nor the controllers that write its status. */
export const ownersToKeep = (object: KubeObject): readonly unknown[] => ownersOf(object).filter((owner) => !isOurs(owner) && owner.subresource === undefined);

/**
 * The patch by which we own no field of the object any more: a helm that applies on the server's side (4 does) refuses to change what another owns. `next`: who
 * owns them from now on; else what we wrote is nobody's. Undefined where we own nothing, or where nobody would be left: the server would then name an owner itself.
 */
export function giveUpFields(object: KubeObject, next?: readonly unknown[]): MergePatch | undefined {
  const owners = ownersOf(object);
  const others = owners.filter((owner) => !isOurs(owner));
  const left = next && next.length > 0 ? [...next, ...others.filter(({ subresource }) => subresource !== undefined)] : others;
  return others.length === owners.length || left.length === 0 ? undefined : { metadata: { managedFields: left } };
}
