import { failure } from '../errors.js';
import type { Act } from '../model/act.js';
import type { PersistentVolumeClaim } from '../model/kube-object.js';
import type { DataVolume, UpgradeResult, UpgradeWithin } from '../model/private-server.js';
import type { Adapters } from './adapters.js';
import { madeBy } from './objects/made-by.js';
import { coreRef } from './objects/namespaced-name.js';
import { hasEnded, podsOfClaim, showPods } from './objects/pods-of-claim.js';
import { privateRef, removeOwn } from './private-server/own-objects.js';
import { upgradeJob } from './private-server/upgrade-container.js';
import { runVolumeJob } from './private-server/volume-job.js';

export interface DropOldDirectoryInput extends UpgradeWithin {
  /** The step that put it aside. */
  readonly upgradedBy: string;
}

/** At the finalize only: the directory that an upgrade in place has put aside. Irreversible: it was kept for as long as the spec says, and a person approves. */
export function dropOldDirectory({ kube }: Pick<Adapters, 'kube'>) {
  /** The new server may run meanwhile: what both share are names of the same files. VolumeUnfit where no second pod gets the volume. */
  async function findNode(claim: DataVolume['claim'], act: Act): Promise<string | undefined> {
    const found = await kube.get<PersistentVolumeClaim>(coreRef('PersistentVolumeClaim', claim));
    if (!found) throw failure('NotFound', `claim ${claim.namespace}/${claim.name} is not there`);
    const users = (await podsOfClaim(kube, claim)).filter((pod) => !hasEnded(pod) && !madeBy(pod, act));
    if (users.length > 0 && found.spec.accessModes?.includes('ReadWriteOncePod'))
      throw failure('VolumeUnfit', `claim ${claim.name} is ReadWriteOncePod, and Pod ${showPods(users)} has it: stop that for as long as this takes`);
    // Where any node may have it, any node will do; where one may, they are all on that.
    return users.find(({ spec }) => spec.nodeName !== undefined)?.spec.nodeName;
  }

  return {
    async captureDropOldDirectory({ claim, major }: DropOldDirectoryInput): Promise<{ readonly irreversible: string }> {
      return { irreversible: `the directory of PostgreSQL ${major} on claim ${claim.name} was dropped by a finalize, which a person approved` };
    },

    /** In a Job on the node where the volume is in use. Its notes go with it. Safe to repeat. */
    async dropOldDirectory({ upgradedBy, ...upgrade }: DropOldDirectoryInput, act: Act): Promise<{ readonly dropped: boolean }> {
      const upgrading = { ...act, step: upgradedBy };
      const begun = await kube.get(privateRef('ConfigMap', upgrade));
      if (!begun || !madeBy(begun, upgrading)) return { dropped: false };
      const node = await findNode(upgrade.claim, act);
      await runVolumeJob<UpgradeResult>(kube, { ...upgradeJob(upgrade, 'drop', act), ...(node !== undefined && { node }) }, act);
      await removeOwn(kube, privateRef('Secret', upgrade), upgrading);
      await removeOwn(kube, privateRef('ConfigMap', upgrade), upgrading);
      return { dropped: true };
    },

    async undoDropOldDirectory({ irreversible }: { readonly irreversible: string }): Promise<void> {
      throw failure('WouldLoseData', irreversible);
    },
  };
}
