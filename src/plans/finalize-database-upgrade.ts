import type { FinalizeInventoryOf } from '../model/finalize.js';
import type { Phase } from '../model/plan.js';
import { placeOf } from './database-upgrade.js';
import { formerPolicies } from './former-policies.js';
import { imageOf, upgradeId } from './private-server.js';
import type { TypedStep } from './step.js';

const dropSeconds = 900;

/** The old directory goes, and the run's own objects around the claim. What there was to come back to, a snapshot or a clone's claim, is its owner's. */
export function finalizeDatabaseUpgrade({ spec, volumes }: FinalizeInventoryOf<'DatabaseUpgrade'>): readonly Phase[] {
  const { volume, wayBack } = spec;
  const drop: TypedStep = {
    id: `finalize/drop/${volume.claim.name}`,
    step: 'dropOldDirectory',
    title: `Drop the directory of PostgreSQL ${volume.major} that was put aside on claim ${volume.claim.name}`,
    input: { ...volume, ...imageOf(spec), to: placeOf(spec), wayBack, upgradedBy: upgradeId(volume), withinSeconds: dropSeconds },
    changeable: ['image', 'user', 'data', 'to', 'withinSeconds'],
    withinSeconds: dropSeconds,
  };
  return [{ id: 'directory', title: 'Old directory', steps: [drop] }, formerPolicies(volumes)];
}
