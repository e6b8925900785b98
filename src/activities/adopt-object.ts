import { failure } from '../errors.js';
import type { Act } from '../model/act.js';
import type { KubeObject } from '../model/kube-object.js';
import { type ObjectRef, type ReleaseRef, showRef } from '../model/refs.js';
import type { Adapters } from './adapters.js';
import { captureFields, type FormerFields, fieldsPatch, restoreFields } from './objects/fields.js';
import { markFields, ownershipMarks, ownershipPaths, owningRelease } from './release/helm-ownership.js';

export interface AdoptObjectInput {
  readonly object: ObjectRef;
  readonly release: ReleaseRef;
}

/** Guide, "Persistent Volumes" 6 and "Traefik": `kubectl annotate` and `kubectl label`, so that Helm takes the object over. */
export function adoptObject({ kube }: Pick<Adapters, 'kube'>) {
  return {
    /** It is there, and no other release owns it. */
    async checkAdoptObject({ object, release }: AdoptObjectInput): Promise<readonly string[]> {
      const found = await kube.get(object);
      if (!found) return [`${showRef(object)} is not there`];
      const owner = otherOwner(found, release);
      return owner === undefined
        ? []
        : [`${showRef(object)} belongs to the Helm release ${owner}; if that release is gone, remove the annotations meta.helm.sh/*`];
    },

    /** Reads label and annotations as they are, absent ones included. Changes nothing. */
    async captureAdoptObject({ object }: AdoptObjectInput): Promise<FormerFields> {
      return captureFields(kube, object, ownershipPaths);
    },

    /** Gives it Helm's label and annotations. NotOurs where another release has it by now. Safe to repeat. */
    async adoptObject({ object, release }: AdoptObjectInput, act: Act): Promise<void> {
      await kube.writeAs(act).edit(object, (seen) => {
        const owner = otherOwner(seen, release);
        if (owner !== undefined) throw failure('NotOurs', `${showRef(object)} belongs to the Helm release ${owner}`);
        return fieldsPatch(seen, markFields(ownershipMarks(release)));
      });
    },

    /** Puts label and annotations back, and leaves others alone. NotOurs where the object is gone or made anew. Safe to repeat. */
    async undoAdoptObject(captured: FormerFields, act: Act): Promise<void> {
      await restoreFields(kube, captured, act);
    },
  };
}

function otherOwner(object: KubeObject, { namespace, name }: ReleaseRef): string | undefined {
  const owner = owningRelease(object);
  return owner && !(owner.namespace === namespace && owner.name === name) ? `${owner.namespace}/${owner.name}` : undefined;
}
