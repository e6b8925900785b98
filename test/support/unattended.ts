import type { Policy } from '../../src/model/policy.js';

/** Nobody is asked, and nobody waited for. */
export const unattended: Policy = {
  start: 'none',
  planFreshSeconds: 0,
  commit: 'none',
  commitThen: 'wait',
  failureWaitSeconds: 0.001,
  failureThen: 'rollback',
  heartbeatTimeoutSeconds: 10,
  searchAttributes: false,
};
