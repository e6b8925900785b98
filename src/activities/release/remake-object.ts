import { giveUpFields } from '../../adapters/kube/field-owners.js';
import type { Kube } from '../../adapters/kube/kube.js';
import { failure, isFailure } from '../../errors.js';
import type { Act } from '../../model/act.js';
import type { KubeObject, Service } from '../../model/kube-object.js';
import { type ObjectRef, showRef } from '../../model/refs.js';
import { formerUid, isRemade } from '../objects/former-uid.js';
import { plainManifest } from '../objects/plain-manifest.js';
import { refOf } from '../objects/ref-of.js';

/**
 * Makes an object anew that a step of the run has deleted, as it was. One that never went is only touched, so that a stalled attempt can no longer delete it.
 * A Job stays away. NotOurs where somebody else's stands under the name. Safe to repeat.
 */
export async function remakeObject(kube: Kube, former: KubeObject, act: Act): Promise<void> {
  const ref = refOf(former);
  const live = await kube.get(ref);
  if (!live) {
    if (!isJob(former)) await createAnew(kube, former, act);
    return;
  }
  if (live.metadata.uid !== former.metadata.uid) {
    if (isRemade(live, former.metadata.uid)) return handBack(kube, former, act);
    throw failure('NotOurs', `${showRef(ref)} was made anew by somebody since: remove it, then retry`);
  }
  await kube.writeAs(act).edit(ref, () => undefined);
}

/** Made anew it would run again. */
export const isJob = ({ kind }: Pick<ObjectRef, 'kind'>): boolean => kind === 'Job';

/** As it was, its fields owned by who owned them, and with its former uid noted. */
export async function createAnew(kube: Kube, former: KubeObject, act: Act): Promise<void> {
  const plain = plainManifest(former);
  const annotations = { ...plain.metadata.annotations, ...formerUid(former) };
  const manifest = { ...plain, metadata: { ...plain.metadata, annotations } };
  try {
    await kube.writeAs(act).create(manifest, { labelled: false });
  } catch (error) {
    // Its address may be another's by now.
    if (!isFailure(error, 'Invalid') || !isService(manifest)) throw error;
    await kube.writeAs(act).create(withoutAddress(manifest), { labelled: false });
  }
  await handBack(kube, former, act);
}

/** Of one that was made anew: whoever owned its fields owns them again. */
export async function handBack(kube: Kube, former: KubeObject, act: Act): Promise<void> {
  await kube.writeAs(act).edit(refOf(former), (seen) => giveUpFields(seen, former.metadata.managedFields));
}

export const isService = (object: KubeObject): object is Service => object.apiVersion === 'v1' && object.kind === 'Service';

function withoutAddress(service: Service): Service {
  const { clusterIP, clusterIPs: _, healthCheckNodePort: _port, ports = [], ...spec } = service.spec;
  const free = ports.map(({ nodePort: _node, ...port }) => port);
  return { ...service, spec: { ...spec, ...(clusterIP === 'None' && { clusterIP }), ports: free } };
}
