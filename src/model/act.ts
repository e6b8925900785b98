/** On whose behalf something is written: the run, the step, and the epoch in which it was begun. Every write to a cluster carries it. */
export interface Act {
  /** The run's id: the workflow's first execution run id, which a Reset does not change. */
  readonly run: string;
  /** Raised when a run turns back; a writer of an older epoch is refused. Starts at 1. */
  readonly epoch: number;
  /** The step's id in the plan. */
  readonly step: string;
  /** Set while the step is being taken back. */
  readonly undo?: true;
}

/** Labels on every object that a run creates; the reaper finds orphans by them. */
export const labels = { run: 'rehelm.dev/run', step: 'rehelm.dev/step' } as const;

/** Where rehelm keeps its journals, locks, request files and Jobs. */
export const systemNamespace = 'rehelm-system';
