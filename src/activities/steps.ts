import type { Adapters } from './adapters.js';
import { adoptObject } from './adopt-object.js';
import { awaitAddress } from './await-address.js';
import { awaitReady } from './await-ready.js';
import { awaitSourceBack } from './await-source-back.js';
import { awaitUpgrade } from './await-upgrade.js';
import { carrySecret } from './carry-secret.js';
import { cleanCopies } from './clean-copies.js';
import { cleanDrill } from './clean-drill.js';
import { cloneVolume } from './clone-volume.js';
import { confirmPrecopy } from './confirm-precopy.js';
import { copyDatabase } from './copy-database.js';
import { createBackupVolume } from './create-backup-volume.js';
import { createDatabaseUsers } from './create-database-users.js';
import { createNamespace } from './create-namespace.js';
import { deleteObject } from './delete-object.js';
import { deleteRedisKeys } from './delete-redis-keys.js';
import { drainPrecopy } from './drain-precopy.js';
import { driveDrill } from './drive-drill.js';
import { dropOldDirectory } from './drop-old-directory.js';
import { dropRedisAside } from './drop-redis-aside.js';
import { dropReplacedDatabase } from './drop-replaced-database.js';
import { dropSourceDatabase } from './drop-source-database.js';
import { dumpDatabases } from './dump-databases.js';
import { endPrivateServer } from './end-private-server.js';
import { escrowSecrets } from './escrow-secrets.js';
import { fenceDatabase } from './fence-database.js';
import { handOverVolume } from './hand-over-volume.js';
import { helmInstall } from './helm-install.js';
import { helmUpgrade } from './helm-upgrade.js';
import { holdTraffic } from './hold-traffic.js';
import { noteProgress } from './note-progress.js';
import { openTraffic } from './open-traffic.js';
import { precopyDatabase } from './precopy-database.js';
import { prepareDrill } from './prepare-drill.js';
import { prepareValues } from './prepare-values.js';
import { putBackSecret } from './put-back-secret.js';
import { releaseDatabases } from './release-databases.js';
import { replaceDatabase } from './replace-database.js';
import { restoreDatabase } from './restore-database.js';
import { restoreReclaimPolicy } from './restore-reclaim-policy.js';
import { retainVolume } from './retain-volume.js';
import { runProbes } from './run-probes.js';
import { scaleDown } from './scale-down.js';
import { scaleUp } from './scale-up.js';
import { servePrivately } from './serve-privately.js';
import { suspendOwner } from './suspend-owner.js';
import { uninstallRelease } from './uninstall-release.js';
import { upgradeChart } from './upgrade-chart.js';
import { upgradeInPlace } from './upgrade-in-place.js';
import { verifyBackup } from './verify-backup.js';
import { verifyCarriedSecret } from './verify-carried-secret.js';
import { verifyDatabase } from './verify-database.js';
import { verifyHandedOver } from './verify-handed-over.js';
import { verifyPrecopy } from './verify-precopy.js';
import { verifyRestored } from './verify-restored.js';
import { verifySameData } from './verify-same-data.js';
import { verifySourceStill } from './verify-source-still.js';
import { verifyStandbys } from './verify-standbys.js';
import { verifyUpgraded } from './verify-upgraded.js';

/** Every step: check, capture, do and undo as they are written. Plans and the engine see its type only. */
export function createSteps(adapters: Adapters) {
  return {
    ...adoptObject(adapters),
    ...awaitSourceBack(adapters),
    ...awaitAddress(adapters),
    ...awaitReady(adapters),
    ...awaitUpgrade(adapters),
    ...carrySecret(adapters),
    ...cleanDrill(adapters),
    ...cloneVolume(adapters),
    ...confirmPrecopy(adapters),
    ...copyDatabase(adapters),
    ...drainPrecopy(adapters),
    ...driveDrill(adapters),
    ...createDatabaseUsers(adapters),
    ...createNamespace(adapters),
    ...endPrivateServer(adapters),
    ...escrowSecrets(adapters),
    ...fenceDatabase(adapters),
    ...handOverVolume(adapters),
    ...helmInstall(adapters),
    ...helmUpgrade(adapters),
    ...holdTraffic(adapters),
    ...noteProgress(adapters),
    ...openTraffic(adapters),
    ...precopyDatabase(adapters),
    ...prepareDrill(adapters),
    ...prepareValues(adapters),
    ...putBackSecret(adapters),
    ...cleanCopies(adapters),
    ...deleteObject(adapters),
    ...deleteRedisKeys(adapters),
    ...dropRedisAside(adapters),
    ...dropSourceDatabase(adapters),
    ...releaseDatabases(adapters),
    ...restoreReclaimPolicy(adapters),
    ...retainVolume(adapters),
    ...runProbes(adapters),
    ...scaleDown(adapters),
    ...scaleUp(adapters),
    ...servePrivately(adapters),
    ...suspendOwner(adapters),
    ...createBackupVolume(adapters),
    ...dumpDatabases(adapters),
    ...dropReplacedDatabase(adapters),
    ...replaceDatabase(adapters),
    ...restoreDatabase(adapters),
    ...verifyBackup(adapters),
    ...verifyRestored(adapters),
    ...uninstallRelease(adapters),
    ...upgradeChart(adapters),
    ...upgradeInPlace(adapters),
    ...verifyCarriedSecret(adapters),
    ...verifyDatabase(adapters),
    ...verifyHandedOver(adapters),
    ...verifyPrecopy(adapters),
    ...verifySourceStill(adapters),
    ...verifySameData(adapters),
    ...verifyStandbys(adapters),
    ...verifyUpgraded(adapters),
    ...dropOldDirectory(adapters),
  };
}

export type Steps = ReturnType<typeof createSteps>;
