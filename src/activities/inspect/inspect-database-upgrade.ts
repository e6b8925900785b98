import type { DatabaseUpgradeInventory, DatabaseUpgradeSpec } from '../../model/database-upgrade.js';
import type { Problem } from '../../model/plan.js';
import type { Policy } from '../../model/policy.js';
import { databaseUpgradeSchema } from '../../model/schema/database-upgrade.js';
import { readSpec } from '../../model/schema/read-spec.js';
import type { Adapters } from '../adapters.js';
import { hasEnded, podsOfClaim, showPods } from '../objects/pods-of-claim.js';
import { commonPolicy } from './common-policy.js';
import { demandApproval } from './demand-approval.js';
import { findClaimedVolume } from './find-claimed-volume.js';
import { findWriters } from './find-writers.js';
import { gatePolicy } from './gate-policy.js';

export interface InspectedUpgrade {
  readonly spec: DatabaseUpgradeSpec;
  readonly policy: Policy;
  readonly inventory: DatabaseUpgradeInventory;
}

/** Reads the spec and the cluster; changes nothing. InvalidSpec with every problem at once. */
export function inspectDatabaseUpgrade({ kube, settings }: Pick<Adapters, 'kube' | 'settings'>) {
  /** A clone of a volume that is written to lacks what is written since. */
  async function findObstacles({ wayBack, volume }: DatabaseUpgradeSpec): Promise<readonly Problem[]> {
    if (!('claim' in wayBack)) return [];
    const { namespace, name } = wayBack.claim;
    const users = (await podsOfClaim(kube, wayBack.claim)).filter((pod) => !hasEnded(pod));
    if (users.length === 0) return [];
    const message = `claim ${namespace}/${name} is in use by Pod ${showPods(users)}: what that writes is not in ${volume.claim.name}. Stop it, then clone`;
    return [{ check: 'wayBack', message }];
  }

  return {
    async inspectDatabaseUpgrade({ spec: given }: { readonly spec: unknown }): Promise<InspectedUpgrade> {
      const spec = readSpec(databaseUpgradeSchema, given);
      demandApproval(spec, settings);
      const [volume, writers, obstacles] = await Promise.all([
        findClaimedVolume(kube, spec.volume.claim),
        findWriters(kube, spec.writers),
        findObstacles(spec),
      ]);
      return { spec, policy: { ...commonPolicy(spec, settings), ...gatePolicy(spec.approval) }, inventory: { volume, ...writers, obstacles } };
    },
  };
}
