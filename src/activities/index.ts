import type { Adapters } from './adapters.js';
import { checkDatabaseJobs } from './inspect/check-database-jobs.js';
import { checkFailoverDrill } from './inspect/check-failover-drill.js';
import { checkKustomizeToHelm } from './inspect/check-kustomize-to-helm.js';
import { inspectChartUpgrade } from './inspect/inspect-chart-upgrade.js';
import { inspectDatabaseBackup } from './inspect/inspect-database-backup.js';
import { inspectDatabaseCopy } from './inspect/inspect-database-copy.js';
import { inspectDatabaseRestore } from './inspect/inspect-database-restore.js';
import { inspectDatabaseUpgrade } from './inspect/inspect-database-upgrade.js';
import { inspectFailoverDrill } from './inspect/inspect-failover-drill.js';
import { inspectFinalize } from './inspect/inspect-finalize.js';
import { inspectKustomizeToHelm } from './inspect/inspect-kustomize-to-helm.js';
import { inspectPostgresToHa } from './inspect/inspect-postgres-to-ha.js';
import { planKinds } from './inspect/plan-kinds.js';
import { verifyDrill } from './inspect/verify-drill.js';
import { clerk } from './runs/clerk.js';
import { findRuns } from './runs/find-runs.js';
import { checkSteps, journaled } from './runs/journaled.js';
import { listRuns } from './runs/list-runs.js';
import { reap } from './runs/reap.js';
import { sendNotice } from './runs/send-notice.js';
import { createSteps, type Steps } from './steps.js';

/** What finds out, plans and checks, kind by kind; and what looks after runs. */
function createKinds(adapters: Adapters, ofSteps: ReturnType<typeof checkSteps>) {
  return {
    ...planKinds,
    ...checkDatabaseJobs(adapters, ofSteps),
    ...inspectChartUpgrade(adapters),
    ...inspectDatabaseCopy(adapters),
    ...inspectDatabaseBackup(adapters),
    ...inspectDatabaseRestore(adapters),
    ...inspectDatabaseUpgrade(adapters),
    ...inspectFailoverDrill(adapters),
    ...checkFailoverDrill(adapters, ofSteps),
    ...inspectFinalize(adapters),
    ...inspectKustomizeToHelm(adapters),
    ...inspectPostgresToHa(adapters),
    ...checkKustomizeToHelm(adapters, ofSteps),
    ...findRuns(adapters),
    ...listRuns(adapters),
    ...reap(adapters),
    ...sendNotice(adapters),
    ...verifyDrill(adapters),
  };
}

/** What a worker registers: the steps with the journal around them, the kinds, and the engine's clerk. */
export function createActivities(adapters: Adapters) {
  const steps = createSteps(adapters);
  const ofSteps = checkSteps(steps, adapters.locks);
  return { ...journaled(steps, adapters.journal), ...createKinds(adapters, ofSteps), ...clerk(adapters), checkSteps: ofSteps };
}

export type Activities = Steps & ReturnType<typeof createKinds> & ReturnType<typeof clerk> & { readonly checkSteps: ReturnType<typeof checkSteps> };
