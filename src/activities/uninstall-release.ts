import { failure } from '../errors.js';
import type { Act } from '../model/act.js';
import type { KubeObject, Workload } from '../model/kube-object.js';
import { type ReleaseRef, showRef } from '../model/refs.js';
import type { Adapters } from './adapters.js';
import { losesClaims } from './objects/claim-retention.js';
import { type PodQuery, removeWithOwned, untilGone, untilNoPods } from './objects/end-pods.js';
import { matchLabels } from './objects/labels.js';
import { refOf } from './objects/ref-of.js';
import { notDeployed } from './release/not-deployed.js';
import { placeOf } from './release/release-objects.js';
import { holdsMore, keepSnapshot, readSnapshot, stays } from './release/release-snapshot.js';
import { remakeObject } from './release/remake-object.js';

export interface UninstallReleaseInput {
  readonly release: ReleaseRef;
  /** How long its pods may take to end and its objects to go, in seconds. */
  readonly withinSeconds: number;
}

/** The rest is in the run's artifacts: a release may be larger than a journal's entry. */
export interface UninstallReleaseUndo {
  readonly release: ReleaseRef;
}

/**
 * Guide 002, step 3: `helm delete`, and yet everything can be put back: claims and volumes stay, and the objects and Helm's records are kept whole. The chart's
 * hooks are not run, and what hooks have made stays, as with Helm.
 */
export function uninstallRelease({ kube, helm, journal }: Pick<Adapters, 'kube' | 'helm' | 'journal'>) {
  const part = { kube, helm, journal };

  return {
    /** It is deployed, and nothing goes with it that others may use. */
    async checkUninstallRelease({ release }: UninstallReleaseInput): Promise<readonly string[]> {
      const latest = await helm.latest(release);
      if (latest?.status !== 'deployed') return notDeployed(release, latest);
      const lost = await Promise.all(
        latest.manifest
          .filter((object) => !stays(object))
          .map(async (object) => {
            if (holdsMore(object)) {
              const owner = `release ${release.namespace}/${release.name}`;
              return [
                `${object.kind} ${object.metadata.name} belongs to ${owner}, and what is in it would go with it: let the chart keep it (helm.sh/resource-policy)`,
              ];
            }
            const ref = await placeOf(kube, release, object);
            const live = ref && (await kube.get<Workload>(ref));
            return live ? losesClaims(live, 'whenDeleted') : [];
          }),
      );
      return lost.flat();
    },

    /** Names the release. Changes nothing. */
    async captureUninstallRelease({ release }: UninstallReleaseInput): Promise<UninstallReleaseUndo> {
      return { release };
    },

    /** Keeps the release whole, deletes its objects, workloads first, and Helm's records last. Claims stay. Safe to repeat. */
    async uninstallRelease({ release, withinSeconds }: UninstallReleaseInput, act: Act): Promise<{ readonly objects: number }> {
      const { objects, records } = await keepSnapshot(part, release, act);
      const workloads = objects.filter(isWorkload);
      for (const each of workloads) await removeWithOwned(kube, each, act);
      await untilNoPods(kube, workloads.flatMap(podsOf), withinSeconds);
      for (const each of objects) if (!isWorkload(each)) await removeWithOwned(kube, each, act);
      await untilGone(
        kube,
        objects.map((each) => ({ ref: refOf(each), uid: each.metadata.uid })),
        withinSeconds,
      );
      for (const each of records) await removeWithOwned(kube, each, act);
      return { objects: objects.length };
    },

    /**
     * Makes every object anew as it was, workloads last, with the replicas that they had when they went; then Helm's records. NotOurs where somebody else has
     * taken a name since. Safe to repeat, and safe if uninstallRelease never ran or ran half.
     */
    async undoUninstallRelease({ release }: UninstallReleaseUndo, act: Act): Promise<void> {
      const kept = await readSnapshot(part, release, act);
      if (!kept) return;
      const { objects, records } = kept;
      for (const each of [...objects.filter((object) => !isWorkload(object)), ...objects.filter(isWorkload), ...records]) await remakeObject(kube, each, act);
    },
  };
}

type Owner = KubeObject & { readonly spec?: { readonly selector?: Parameters<typeof matchLabels>[0] } };

const isWorkload = ({ apiVersion }: KubeObject): boolean => apiVersion.startsWith('apps/') || apiVersion.startsWith('batch/');

function podsOf({ kind, metadata: { namespace = '', name }, spec }: Owner): readonly PodQuery[] {
  if (kind === 'CronJob') return [];
  if (!spec?.selector) throw failure('Invalid', `${showRef({ apiVersion: '', kind, namespace, name })} selects no pods`);
  return [{ namespace, labelSelector: matchLabels(spec.selector) }];
}
