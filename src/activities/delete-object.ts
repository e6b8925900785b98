import { failure } from '../errors.js';
import type { Act } from '../model/act.js';
import type { KubeObject, Workload } from '../model/kube-object.js';
import { type ObjectRef, showRef } from '../model/refs.js';
import type { Adapters } from './adapters.js';
import { claimInUse } from './objects/claim-in-use.js';
import { losesClaims } from './objects/claim-retention.js';
import { plainManifest } from './objects/plain-manifest.js';
import { until } from './objects/until.js';

export interface DeleteObjectInput {
  readonly object: ObjectRef;
}

export interface DeleteObjectUndo {
  readonly object: ObjectRef;
  /** As it was, without what the server gives; absent where it was gone already. */
  readonly manifest?: KubeObject;
}

const deletedSeconds = 120;

/** Guide, "Clean-up" 2–5: what the old product left. Never the `kubernetes` Service. */
export function deleteObject({ kube }: Pick<Adapters, 'kube'>) {
  return {
    /** Nothing of the cluster's own, and nothing that data in use would go with. */
    async checkDeleteObject({ object }: DeleteObjectInput): Promise<readonly string[]> {
      if (object.kind === 'Service' && object.name === 'kubernetes') return [`${showRef(object)} belongs to the cluster`];
      const live = await kube.get<Workload>(object);
      return live ? [...losesClaims(live, 'whenDeleted'), ...(await claimInUse(kube, object))] : [];
    },

    /** Reads the object whole. Changes nothing. */
    async captureDeleteObject({ object }: DeleteObjectInput): Promise<DeleteObjectUndo> {
      const found = await kube.get(object);
      return { object, ...(found && { manifest: plainManifest(found) }) };
    },

    /** Deletes it and waits until it is gone; absent is fine. NotOurs for a claim that somebody uses again. Safe to repeat. */
    async deleteObject({ object }: DeleteObjectInput, act: Act): Promise<void> {
      // Whoever went back by helm, past the run, works with the old data again.
      const [why] = await claimInUse(kube, object);
      if (why !== undefined) throw failure('NotOurs', why);
      await kube.writeAs(act).remove(object);
      await until(deletedSeconds, `${showRef(object)} to go`, async () => ((await kube.get(object)) ? { notYet: 'it has finalizers or pods' } : 'yes'));
    },

    /** Makes it anew from what was captured; its uid is another one. Safe to repeat. */
    async undoDeleteObject({ object, manifest }: DeleteObjectUndo, act: Act): Promise<void> {
      if (manifest && !(await kube.get(object))) await kube.writeAs(act).create(manifest, { labelled: false });
    },
  };
}
