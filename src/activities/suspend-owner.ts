import { failure } from '../errors.js';
import type { Act } from '../model/act.js';
import { cutName } from '../model/cut-name.js';
import type { Json, KubeObject } from '../model/kube-object.js';
import { type ObjectRef, showRef } from '../model/refs.js';
import type { Adapters } from './adapters.js';
import { captureFields, type FieldPath, type FormerFields, fieldsPatch, restoreFields } from './objects/fields.js';
import { until } from './objects/until.js';

export interface SuspendOwnerInput {
  readonly object: ObjectRef;
  /** How long what it has already started may take to end, in seconds. */
  readonly withinSeconds: number;
}

const maxName = 253;

/** A name under which nothing is: an HPA that finds no target says so and does nothing. */
const heldTarget = ({ metadata: { name } }: KubeObject): string => cutName(`rehelm-held-${name}`, maxName);

interface Suspension {
  readonly path: FieldPath;
  /** What the field is while suspended; null: removed. */
  readonly value: (object: KubeObject) => Json;
  /** What it has started and suspending does not end, by name. */
  readonly running?: (object: Starter) => readonly string[];
}

interface Starter extends KubeObject {
  readonly status?: { readonly active?: readonly { readonly name: string }[] };
}

/** A Job that was started before goes on, and may write. */
const activeJobs = ({ status }: Starter): readonly string[] => status?.active?.map(({ name }) => name) ?? [];

const spec = (name: string, value: Json): Suspension => ({ path: ['spec', name], value: () => value });

/** By group and kind: whatever version the cluster serves, the field is the same. */
const suspensions: Readonly<Record<string, Suspension>> = {
  'autoscaling HorizontalPodAutoscaler': { path: ['spec', 'scaleTargetRef', 'name'], value: heldTarget },
  'batch CronJob': { ...spec('suspend', true), running: activeJobs },
  'kustomize.toolkit.fluxcd.io Kustomization': spec('suspend', true),
  'helm.toolkit.fluxcd.io HelmRelease': spec('suspend', true),
  'argoproj.io Application': { path: ['spec', 'syncPolicy', 'automated'], value: () => null },
  'keda.sh ScaledObject': { path: ['metadata', 'annotations', 'autoscaling.keda.sh/paused'], value: () => 'true' },
};

const suspensionOf = ({ apiVersion, kind }: ObjectRef): Suspension | undefined => suspensions[`${apiVersion.split('/')[0]} ${kind}`];

const known = Object.keys(suspensions)
  .map((each) => each.split(' ')[1])
  .join(', ');
const unknown = (object: ObjectRef): string => `${showRef(object)} (${object.apiVersion}) cannot be suspended: rehelm knows ${known}`;

function mustKnow(object: ObjectRef): Suspension {
  const suspension = suspensionOf(object);
  if (!suspension) throw failure('InvalidSpec', unknown(object));
  return suspension;
}

/** Who would fight the run (autoscalers, schedules, GitOps) is told to rest. */
export function suspendOwner({ kube }: Pick<Adapters, 'kube'>) {
  return {
    /** rehelm knows how to suspend the kind, the object is there, and nobody above it would put it back. */
    async checkSuspendOwner({ object }: SuspendOwnerInput): Promise<readonly string[]> {
      if (!suspensionOf(object)) return [unknown(object)];
      const found = (await kube.serves(object)) ? await kube.get(object) : undefined;
      if (!found) return [`${showRef(object)} is not there`];
      const maker = found.metadata.ownerReferences?.find(({ controller }) => controller);
      return maker ? [`${showRef(object)} is kept by ${maker.kind} ${maker.name}, which would put it back: suspend that one`] : [];
    },

    /** Reads the field that suspends it, absent or not. Changes nothing. */
    async captureSuspendOwner({ object }: SuspendOwnerInput): Promise<FormerFields> {
      return captureFields(kube, object, [mustKnow(object).path]);
    },

    /** Suspends it, and waits for what it has already started. Safe to repeat. */
    async suspendOwner({ object, withinSeconds }: SuspendOwnerInput, act: Act): Promise<void> {
      const { path, value, running } = mustKnow(object);
      await kube.writeAs(act).edit(object, (seen) => fieldsPatch(seen, [{ path, value: value(seen) }]));
      if (!running) return;
      await until(withinSeconds, `what ${showRef(object)} has started to end`, async () => {
        const found = await kube.get<Starter>(object);
        const left = found ? running(found) : [];
        return left.length === 0 ? 'yes' : { notYet: left.join(', ') };
      });
    },

    /** Puts the field back as it was: who was suspended before stays suspended. NotOurs where the object is gone or made anew. Safe to repeat. */
    async undoSuspendOwner(captured: FormerFields, act: Act): Promise<void> {
      await restoreFields(kube, captured, act);
    },
  };
}
