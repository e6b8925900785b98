import type { FoundRun } from '../../activities/runs/find-runs.js';
import { showAge, table } from '../../render/words.js';
import type { Colors } from '../terminal.js';
import { paintPhase } from './report-text.js';

/** The list of `rehelm status`, newest first. */
export function runsTable(runs: readonly FoundRun[], now: number, colors: Colors): string {
  const rows = runs.map(({ workflowId, run, title, phase, waitingFor, startedAt, lost }) => [
    phase,
    waitingFor ?? '',
    workflowId,
    run,
    showAge(startedAt, now),
    `${title}${lost ? ' (from its journal)' : ''}`,
  ]);
  return table([['PHASE', 'WAITS FOR', 'RUN', 'ID', 'STARTED', 'TITLE'], ...rows], (cell, row, column) => {
    if (row === 0) return colors.dim(cell);
    return column === 0 ? paintPhase(cell, colors) : cell;
  });
}
