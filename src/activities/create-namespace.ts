import { failure, isFailure } from '../errors.js';
import type { Act } from '../model/act.js';
import type { Condition, KubeObject } from '../model/kube-object.js';
import type { Adapters } from './adapters.js';
import { foreignObjects } from './objects/foreign-objects.js';
import { madeBy } from './objects/made-by.js';
import { until } from './objects/until.js';

export interface CreateNamespaceInput {
  readonly namespace: string;
}

export interface CreateNamespaceUndo {
  readonly namespace: string;
  readonly existed: boolean;
}

type Namespace = KubeObject & { readonly status?: { readonly conditions?: readonly Condition[] } };

const goneWithinSeconds = 300;
const shownObjects = 10;

const ref = (namespace: string) => ({ apiVersion: 'v1', kind: 'Namespace', name: namespace });

/** Guide, "Secrets" 6: `kubectl create ns`. */
export function createNamespace({ kube }: Pick<Adapters, 'kube'>) {
  const read = (namespace: string) => kube.get<Namespace>(ref(namespace));

  /** What would go with the namespace and is not the run's. */
  async function refuseForeign(namespace: string, act: Act): Promise<void> {
    const foreign = await foreignObjects(kube, namespace, act);
    if (foreign.length === 0) return;
    const shown = foreign.length > shownObjects ? [...foreign.slice(0, shownObjects), `${foreign.length - shownObjects} more`] : foreign;
    throw failure('NotOurs', `Namespace ${namespace} is not deleted: it holds ${shown.join(', ')}`);
  }

  return {
    /** It may exist; it must not be on its way out. */
    async checkCreateNamespace({ namespace }: CreateNamespaceInput): Promise<readonly string[]> {
      return (await read(namespace))?.metadata.deletionTimestamp ? [`Namespace ${namespace} is being deleted: wait until it is gone`] : [];
    },

    /** Reads whether it is there. Changes nothing. */
    async captureCreateNamespace({ namespace }: CreateNamespaceInput): Promise<CreateNamespaceUndo> {
      return { namespace, existed: (await read(namespace)) !== undefined };
    },

    /** Creates it where it is missing. Safe to repeat. */
    async createNamespace({ namespace }: CreateNamespaceInput, act: Act): Promise<void> {
      const found = await read(namespace);
      if (found?.metadata.deletionTimestamp) throw failure('NotReady', `Namespace ${namespace} is being deleted`);
      if (found) return;
      await kube
        .writeAs(act)
        .create({ ...ref(namespace), metadata: { name: namespace } })
        .catch((error: unknown) => {
          // Somebody else was faster. It has not our label, so an undo leaves it.
          if (!isFailure(error, 'AlreadyExists')) throw error;
        });
    },

    /** Deletes it if this step made it, and waits until it is gone. NotOurs, with names, where it holds what the run did not make. Safe to repeat. */
    async undoCreateNamespace({ namespace, existed }: CreateNamespaceUndo, act: Act): Promise<void> {
      const found = await read(namespace);
      if (existed || !found || !madeBy(found, act)) return;
      const { uid, deletionTimestamp } = found.metadata;
      if (!deletionTimestamp) {
        await refuseForeign(namespace, act);
        await kube.writeAs(act).remove(ref(namespace), { ...(uid !== undefined && { uid }) });
      }
      await until(goneWithinSeconds, `Namespace ${namespace} to be gone`, async () => {
        const seen = await read(namespace);
        if (seen?.metadata.uid !== uid) return 'yes';
        const reasons = (seen?.status?.conditions ?? []).filter(({ status }) => status === 'True').map(({ message, type }) => message ?? type);
        return { notYet: reasons.join(' ') || 'its deletion' };
      });
    },
  };
}
