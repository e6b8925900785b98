import type { Report } from './report.js';

const ended: readonly Report['phase'][] = ['Succeeded', 'RolledBack', 'RollbackIncomplete', 'Finalized'];

/** How a closed run ended, by what is told of it and by Temporal's status of its workflow: `Refused` where it closed before it touched anything. Undefined where neither says. */
export function closedPhase(told: string | undefined, status: string): string | undefined {
  if (ended.some((each) => each === told)) return told;
  if (status === 'TERMINATED') return 'Terminated';
  return status === 'FAILED' ? 'Refused' : undefined;
}

/** Workflows are named after their kinds: `kustomizeToHelm`. */
export const kindOfWorkflow = (type: string): string => type.charAt(0).toUpperCase() + type.slice(1);
