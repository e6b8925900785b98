import type { ClockChange } from '../../model/schedule/clock-changes.js';
import type { ScheduledRun } from '../../model/schedule/scheduled-run.js';
import { shellWord, table } from '../../render/words.js';
import type { Gap, Schedule, ShownSchedule } from '../../runs/schedules.js';
import type { Colors } from '../terminal.js';

/** The list of `rehelm schedule list`. */
export function schedulesTable(schedules: readonly Schedule[], colors: Colors): string {
  const rows = schedules.map(({ id, paused, cron, timeZone, next, approvedUntil }) => [
    paused ? 'paused' : 'on',
    id,
    `${cron} ${timeZone}`,
    paused ? '' : (next[0] ?? ''),
    approvedUntil,
  ]);
  return table([['STATE', 'SCHEDULE', 'WHEN', 'NEXT', 'APPROVED UNTIL'], ...rows], (cell, row, column) => {
    if (row === 0) return colors.dim(cell);
    return column === 0 && cell.startsWith('paused') ? colors.yellow(cell) : cell;
  });
}

const mostNext = 5;

/** One schedule on a terminal. */
export function scheduleText(shown: ShownSchedule, colors: Colors): string {
  const { id, kind, cron, timeZone, createdBy, createdAt, spec, approvedUntil, paused, note, next, runs, gaps } = shown;
  return [
    `${colors.bold(id)}  ${paused ? colors.yellow('paused') : colors.green('on')}`,
    colors.dim(`${kind}, ${cron} ${timeZone}; created by ${createdBy} at ${createdAt}, approved until ${approvedUntil} for spec ${spec}`),
    ...note.split('\n').filter(Boolean),
    ...bad(shown, colors),
    ...(paused ? [] : ['', colors.bold('Next'), ...next.slice(0, mostNext).map((at) => `  ${at}`)]),
    ...(runs.length > 0 ? ['', runsTable(runs, colors)] : []),
    ...gapLines(gaps, shown, colors),
  ].join('\n');
}

function bad({ id, unacknowledged }: ShownSchedule, colors: Colors): readonly string[] {
  if (!unacknowledged) return [];
  return [
    colors.red(`${unacknowledged.workflowId} was ${unacknowledged.verdict ?? 'not well'}, and nobody has acknowledged it`),
    `  rehelm schedule resume ${shellWord(id)} --acknowledge --reason …`,
  ];
}

const painted: Readonly<Record<string, 'green' | 'red' | 'yellow'>> = { green: 'green', red: 'red', inconclusive: 'yellow', notRun: 'yellow' };

function runsTable(runs: readonly ScheduledRun[], colors: Colors): string {
  const rows = runs.map(({ verdict = 'forgotten', scheduledAt, workflowId, why = '' }) => [verdict, scheduledAt, workflowId, why.split('\n')[0] ?? '']);
  return table([['VERDICT', 'DUE', 'RUN', 'WHY'], ...rows], (cell, row, column) => {
    if (row === 0) return colors.dim(cell);
    const paint = column === 0 ? painted[cell.trim()] : undefined;
    return paint ? colors[paint](cell) : cell;
  });
}

function gapLines(gaps: readonly Gap[], { missed, skipped }: ShownSchedule, colors: Colors): readonly string[] {
  if (gaps.length + missed + skipped === 0) return [];
  return ['', colors.bold(`Without a run  (${skipped} skipped, ${missed} missed)`), ...gaps.map(({ at, why }) => `  ${at}  ${why.split('\n')[0]}`)];
}

/** Of `rehelm schedule create`. */
export const changesText = (changes: readonly ClockChange[]): readonly string[] =>
  changes.map(({ local, change, firesAt }) => `a clock change ${change === 'dropped' ? 'leaves out' : 'brings twice'} ${local}: it fires once, at ${firesAt}`);
