import type { Adapters } from './adapters.js';
import { adoptObject } from './adopt-object.js';
import { awaitAddress } from './await-address.js';
import { awaitReady } from './await-ready.js';
import { awaitSourceBack } from './await-source-back.js';
import { carrySecret } from './carry-secret.js';
import { cleanCopies } from './clean-copies.js';
import { clerk } from './clerk.js';
import { copyDatabase } from './copy-database.js';
import { createDatabaseUsers } from './create-database-users.js';
import { createNamespace } from './create-namespace.js';
import { deleteObject } from './delete-object.js';
import { dropSourceDatabase } from './drop-source-database.js';
import { escrowSecrets } from './escrow-secrets.js';
import { fenceDatabase } from './fence-database.js';
import { findRuns } from './find-runs.js';
import { handOverVolume } from './hand-over-volume.js';
import { helmInstall } from './helm-install.js';
import { holdTraffic } from './hold-traffic.js';
import { checkKustomizeToHelm } from './inspect/check-kustomize-to-helm.js';
import { inspectFinalize } from './inspect/inspect-finalize.js';
import { inspectKustomizeToHelm } from './inspect/inspect-kustomize-to-helm.js';
import { checkSteps, journaled } from './journaled.js';
import { openTraffic } from './open-traffic.js';
import { planKustomizeToHelm } from './plan-kustomize-to-helm.js';
import { putBackSecret } from './put-back-secret.js';
import { reap } from './reap.js';
import { restoreReclaimPolicy } from './restore-reclaim-policy.js';
import { retainVolume } from './retain-volume.js';
import { runProbes } from './run-probes.js';
import { scaleDown } from './scale-down.js';
import { suspendOwner } from './suspend-owner.js';
import { verifyCarriedSecret } from './verify-carried-secret.js';
import { verifyDatabase } from './verify-database.js';
import { verifySourceStill } from './verify-source-still.js';

/** Every step and every activity, as they are written: the types that plans and the engine see. */
function createSteps(adapters: Adapters) {
  return {
    ...adoptObject(adapters),
    ...awaitSourceBack(adapters),
    ...awaitAddress(adapters),
    ...awaitReady(adapters),
    ...carrySecret(adapters),
    ...copyDatabase(adapters),
    ...createDatabaseUsers(adapters),
    ...createNamespace(adapters),
    ...escrowSecrets(adapters),
    ...fenceDatabase(adapters),
    ...handOverVolume(adapters),
    ...helmInstall(adapters),
    ...holdTraffic(adapters),
    ...openTraffic(adapters),
    ...putBackSecret(adapters),
    ...cleanCopies(adapters),
    ...deleteObject(adapters),
    ...dropSourceDatabase(adapters),
    ...restoreReclaimPolicy(adapters),
    ...retainVolume(adapters),
    ...runProbes(adapters),
    ...scaleDown(adapters),
    ...suspendOwner(adapters),
    ...verifyCarriedSecret(adapters),
    ...verifyDatabase(adapters),
    ...verifySourceStill(adapters),
  };
}

/** What finds out, plans and checks, kind by kind; and what looks after runs. */
function createKinds(adapters: Adapters, ofSteps: ReturnType<typeof checkSteps>) {
  return {
    ...inspectFinalize(adapters),
    ...inspectKustomizeToHelm(adapters),
    planKustomizeToHelm,
    ...checkKustomizeToHelm(adapters, ofSteps),
    ...findRuns(adapters),
    ...reap(adapters),
  };
}

/** What a worker registers: the steps with the journal around them, the kinds, and the engine's clerk. */
export function createActivities(adapters: Adapters) {
  const steps = createSteps(adapters);
  const ofSteps = checkSteps(steps);
  return { ...journaled(steps, adapters.journal), ...createKinds(adapters, ofSteps), ...clerk(adapters), checkSteps: ofSteps };
}

export type Activities = ReturnType<typeof createSteps> &
  ReturnType<typeof createKinds> &
  ReturnType<typeof clerk> & { readonly checkSteps: ReturnType<typeof checkSteps> };
