import { isCreated } from '../../adapters/kube/is-created.js';
import type { Kube } from '../../adapters/kube/kube.js';
import { failure } from '../../errors.js';
import type { Act } from '../../model/act.js';
import type { KubeObject } from '../../model/kube-object.js';
import { type DataVolume, privateName } from '../../model/private-server.js';
import { type ObjectRef, showRef } from '../../model/refs.js';
import { madeBy } from '../objects/made-by.js';
import { refOf } from '../objects/ref-of.js';

const versions = { ConfigMap: 'v1', Service: 'v1', Secret: 'v1', NetworkPolicy: 'networking.k8s.io/v1', StatefulSet: 'apps/v1' } as const;

/** An object that is made around a claim. */
export const privateRef = (kind: keyof typeof versions, { claim }: Pick<DataVolume, 'claim'>) =>
  ({ apiVersion: versions[kind], kind, namespace: claim.namespace, name: privateName(claim) }) as const;

/** Creates it where it is not there; NotOurs where it is, and another step's. */
export async function makeOwn(kube: Kube, object: KubeObject, act: Act): Promise<void> {
  if (await isCreated(kube.writeAs(act).create(object))) return;
  const found = await kube.get(refOf(object));
  if (found && !madeBy(found, act)) throw failure('NotOurs', `${showRef(refOf(object))} is there and is not of this run: is another one at this volume?`);
}

/** Removes it where this step made it. Safe to repeat. */
export async function removeOwn(kube: Kube, ref: ObjectRef, act: Act): Promise<void> {
  const found = await kube.get(ref);
  if (!found || !madeBy(found, act)) return;
  await kube.writeAs(act).remove(ref, { ...(found.metadata.uid !== undefined && { uid: found.metadata.uid }), propagation: 'Background' });
}
