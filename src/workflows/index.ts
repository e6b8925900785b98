export { failoverDrill } from './failover-drill.js';
export { finalize } from './finalize.js';
export { findRuns } from './find-runs.js';
export { kustomizeToHelm } from './kustomize-to-helm.js';
export { listRuns } from './list-runs.js';
export { preview } from './preview.js';
export { reap } from './reap.js';
export { rollback } from './rollback.js';
