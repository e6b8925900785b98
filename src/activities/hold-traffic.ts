import { labelValue } from '../adapters/kube/label-value.js';
import type { Act } from '../model/act.js';
import type { Json, KubeObject, Service } from '../model/kube-object.js';
import { type ObjectRef, showRef } from '../model/refs.js';
import type { Adapters } from './adapters.js';
import { captureFields, type Field, type FieldPath, type FormerFields, fieldsPatch, restoreFields } from './objects/fields.js';
import { until } from './objects/until.js';

export interface HoldTrafficInput {
  /** An Ingress or a Service: what lets users in. */
  readonly object: ObjectRef;
}

type Ingress = KubeObject & { readonly spec: { readonly ingressClassName?: string } };
type EndpointSlice = KubeObject & { readonly endpoints?: readonly { readonly addresses: readonly string[] }[] | null };

/** A class that no controller serves. */
export const heldClass = 'rehelm-held';
/** A selector term that no pod satisfies. */
export const heldTerm = 'rehelm.dev/held';

/** Endpoints follow a selector within a second; this is for a busy control plane. */
const emptyWithinSeconds = 120;

const classPath: FieldPath = ['spec', 'ingressClassName'];
/** Older than the field, and heeded before it by most controllers. */
const legacyClassPath: FieldPath = ['metadata', 'annotations', 'kubernetes.io/ingress.class'];
const termPath: FieldPath = ['spec', 'selector', heldTerm];

const pathsOf = ({ kind }: ObjectRef): readonly FieldPath[] => (kind === 'Ingress' ? [classPath, legacyClassPath] : [termPath]);

const heldFields = ({ kind }: ObjectRef, { run }: Act): readonly Field[] =>
  kind === 'Ingress' ? [field(classPath, heldClass), field(legacyClassPath, null)] : [field(termPath, labelValue(run))];

const field = (path: FieldPath, value: Json): Field => ({ path, value });

/** Users are held out: the object stays, with its address and its ports, and leads nowhere. */
export function holdTraffic({ kube }: Pick<Adapters, 'kube'>) {
  const slicesOf = ({ namespace = '', name }: ObjectRef) =>
    kube.list<EndpointSlice>({ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', namespace, labelSelector: `kubernetes.io/service-name=${name}` });

  async function problemsOfIngress(object: ObjectRef, found: Ingress): Promise<readonly string[]> {
    if (found.spec.ingressClassName === heldClass) return [`${showRef(object)} is already held, by another run or by hand`];
    const served = await kube.get({ apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', name: heldClass });
    return served ? [`IngressClass ${heldClass} exists: a controller may serve what is given this class in order to be held`] : [];
  }

  return {
    /** It is there, it can be held this way, and nobody holds it already. */
    async checkHoldTraffic({ object }: HoldTrafficInput): Promise<readonly string[]> {
      if (!['Ingress', 'Service'].includes(object.kind)) return [`${showRef(object)} cannot be held: traffic is held at an Ingress or a Service`];
      const found = await kube.get<Ingress & Service>(object);
      if (!found) return [`${showRef(object)} is not there`];
      return object.kind === 'Ingress' ? problemsOfIngress(object, found) : problemsOfService(object, found);
    },

    /** Reads the fields that lead to it, absent ones included. Changes nothing. */
    async captureHoldTraffic({ object }: HoldTrafficInput): Promise<FormerFields> {
      return captureFields(kube, object, pathsOf(object));
    },

    /** Leads an Ingress to no controller, a Service to no pod, and waits until no endpoint is left behind the Service. Safe to repeat. */
    async holdTraffic({ object }: HoldTrafficInput, act: Act): Promise<void> {
      await kube.writeAs(act).edit(object, (seen) => fieldsPatch(seen, heldFields(object, act)));
      if (object.kind === 'Ingress') return;
      await until(emptyWithinSeconds, `${showRef(object)} to have no endpoints`, async () => {
        const left = (await slicesOf(object)).flatMap(({ endpoints }) => endpoints ?? []).flatMap(({ addresses }) => addresses);
        return left.length === 0 ? 'yes' : { notYet: `still ${left.join(', ')}` };
      });
    },

    /** Puts the former fields back. NotOurs where the object is gone or made anew. Safe to repeat, and safe if holdTraffic never ran. */
    async undoHoldTraffic(captured: FormerFields, act: Act): Promise<void> {
      await restoreFields(kube, captured, act);
    },
  };
}

function problemsOfService(object: ObjectRef, { spec }: Service): readonly string[] {
  if (spec.type === 'ExternalName') return [`${showRef(object)} is of type ExternalName: only a DNS name stands behind it, which cannot be held`];
  const terms = Object.keys(spec.selector ?? {});
  if (terms.length === 0) return [`${showRef(object)} has no selector: its endpoints are set by somebody else, who would have to withdraw them`];
  return terms.includes(heldTerm) ? [`${showRef(object)} is already held, by run ${spec.selector?.[heldTerm]}`] : [];
}
