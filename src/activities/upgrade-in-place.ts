import { failure } from '../errors.js';
import type { Act } from '../model/act.js';
import type { PersistentVolumeClaim, Secret } from '../model/kube-object.js';
import { privateName, type Upgrade, type UpgradeResult, type UpgradeWithin } from '../model/private-server.js';
import type { WorkloadRef } from '../model/refs.js';
import type { Adapters } from './adapters.js';
import { madeBy } from './objects/made-by.js';
import { coreRef } from './objects/namespaced-name.js';
import { makeOwn, privateRef, removeOwn } from './private-server/own-objects.js';
import { requireAlone, requireUnused } from './private-server/require-alone.js';
import { upgradeJob, upgradeUsers } from './private-server/upgrade-container.js';
import { endVolumeJob, runVolumeJob } from './private-server/volume-job.js';
import { wayBackProblems } from './private-server/way-back.js';

export interface UpgradeInPlaceInput extends UpgradeWithin {
  /** Whose data these are: none of them may run. */
  readonly workloads: readonly WorkloadRef[];
  /** The step that makes the claim, or the way back: they are looked for when they are needed, not before. */
  readonly claimedBy?: string;
}

export type UpgradeInPlaceUndo = UpgradeWithin;

/**
 * pg_upgrade --link: the directory of one major becomes that of another in the time that its definitions take, whatever its size. As both share their files,
 * it begins only where there is a snapshot or a clone to come back to.
 */
export function upgradeInPlace({ kube }: Pick<Adapters, 'kube'>) {
  const permit = 'permit';
  /** Without it no pod of the upgrade starts, not even one that a stalled attempt still makes: an undo takes it away first. */
  const permitOf = ({ claim }: Upgrade): Secret => ({ apiVersion: 'v1', kind: 'Secret', metadata: { ...claim, name: privateName(claim) }, data: {} });
  const permitVolume = ({ claim }: Upgrade) => ({ name: permit, secret: { secretName: privateName(claim) } });

  return {
    /** The claim is bound, and there is something to come back to. */
    async checkUpgradeInPlace({ claim, wayBack, claimedBy }: UpgradeInPlaceInput): Promise<readonly string[]> {
      if (claimedBy !== undefined) return [];
      const found = await kube.get<PersistentVolumeClaim>(coreRef('PersistentVolumeClaim', claim));
      if (found?.status?.phase !== 'Bound') return [`claim ${claim.namespace}/${claim.name} is ${found ? 'bound to no volume' : 'not there'}`];
      return wayBackProblems(kube, claim, wayBack);
    },

    /** Names both directories and what there is to come back to; where the upgrade stands is written down on the volume. Changes nothing. */
    async captureUpgradeInPlace({ workloads: _, claimedBy: _step, ...upgrade }: UpgradeInPlaceInput): Promise<UpgradeInPlaceUndo> {
      return upgrade;
    },

    /**
     * A new directory with the old one's encoding, locale, checksums and superuser; pg_upgrade --check, then --link; then the new one to its place. Goes on
     * from the phase in which an attempt ended. UpgradeRefused, MissingExtension: the old directory is as it was. Safe to repeat.
     */
    async upgradeInPlace(input: UpgradeInPlaceInput, act: Act): Promise<UpgradeResult> {
      await requireAlone(kube, input, act);
      const problems = await wayBackProblems(kube, input.claim, input.wayBack);
      if (problems.length > 0) throw failure('PreflightFailed', problems.join('; '));
      await makeOwn(kube, upgradeUsers(input, act), act);
      await makeOwn(kube, permitOf(input), act);
      const job = upgradeJob(input, 'upgrade', act);
      return runVolumeJob<UpgradeResult>(kube, { ...job, volumes: [...(job.volumes ?? []), permitVolume(input)] }, act);
    },

    /**
     * As long as the new server was not started, the old directory is put back as it was. Once it was: a clone is spoilt, so that nobody starts it, since the
     * claim it came from is still there; a volume with a snapshot is left alone as SnapshotNeeded, until it was replaced. SourceAwake while anybody else mounts
     * it: nothing is moved under a server. Safe to repeat, at every half-way point, and if upgradeInPlace never ran.
     */
    async undoUpgradeInPlace(upgrade: UpgradeInPlaceUndo, act: Act): Promise<void> {
      const begun = await kube.get(privateRef('ConfigMap', upgrade));
      if (!begun || !madeBy(begun, act)) return;
      await removeOwn(kube, privateRef('Secret', upgrade), act);
      await endVolumeJob(kube, upgradeJob(upgrade, 'upgrade', act), act);
      await requireUnused(kube, upgrade.claim, act);
      await runVolumeJob<UpgradeResult>(kube, upgradeJob(upgrade, 'revert', act), act);
      await removeOwn(kube, privateRef('ConfigMap', upgrade), act);
    },
  };
}
