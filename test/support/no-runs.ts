import type { Temporal } from '../../src/adapters/temporal/temporal.js';

/** A Temporal that knows nothing. */
export const noRuns: Temporal = {
  isOpen: async () => false,
  list: async () => [],
  page: async () => ({ workflows: [] }),
  openAfterwards: async () => [],
  about: async () => [],
  executions: async () => [],
  known: async () => new Set(),
  schedule: async () => undefined,
  report: async () => undefined,
};
