import type { Question, Report, StepReport } from '../../model/report.js';
import { secondsBetween } from '../../model/seconds-between.js';
import { inWords, shellWord, showHeldOut, showProgress, showTook, table } from '../../render/words.js';
import type { UnderWay } from '../../runs/runs.js';
import type { Colors } from '../terminal.js';

/** A run on a terminal: where it is, what waits, every step with its state. */
export function reportText(report: Report, workflowId: string, colors: Colors, { triedAgain = [], progress = [] }: Partial<UnderWay> = {}): string {
  return [
    `${colors.bold(report.title)}  ${paintPhase(report.phase, colors)}`,
    colors.dim(`${workflowId}  run ${report.run}${report.plan === undefined ? '' : `  plan ${report.plan}`}`),
    ...(report.cause === undefined ? [] : [`because ${report.cause}`]),
    ...(report.heldOut === undefined ? [] : [`users held out: ${showHeldOut(report.heldOut)}`]),
    ...waitsText(report, workflowId, colors),
    ...progress.map((each) => colors.cyan(`▸ ${titleOf(report, each.step)}: ${showProgress(each)}`)),
    ...triedAgain.map(({ activity, attempt, failure }) =>
      colors.yellow(`↻ ${inWords(activity)}, attempt ${attempt}, failed last with: ${failure.split('\n')[0]}`),
    ),
    ...(report.steps.length > 0 ? ['', stepTable(report.steps, colors)] : []),
    ...report.notes.map((note) => colors.dim(`- ${note}`)),
  ].join('\n');
}

const titleOf = ({ steps }: Report, id: string): string => steps.find((step) => step.id === id)?.title ?? id;

const good: readonly string[] = ['Succeeded', 'Finalized'];
const bad: readonly string[] = ['RollbackIncomplete', 'Refused', 'Terminated', 'failed'];
const waiting: readonly string[] = ['Parked', 'AwaitingApproval', 'RollingBack', 'RolledBack'];

export function paintPhase(phase: string, colors: Colors): string {
  const word = phase.trim();
  if (good.includes(word)) return colors.green(phase);
  if (bad.includes(word)) return colors.red(phase);
  return waiting.includes(word) ? colors.yellow(phase) : colors.cyan(phase);
}

const paintState = (cell: string, colors: Colors): string => {
  const state = cell.trim();
  if (state === 'done') return colors.green(cell);
  if (state === 'left') return colors.red(cell);
  return state === 'planned' ? colors.dim(cell) : colors.yellow(cell);
};

function stepTable(steps: readonly StepReport[], colors: Colors): string {
  const rows = steps.map(({ phase, title, state, startedAt, endedAt, estimate }, index) => [
    ...[steps[index - 1]?.phase === phase ? '' : phase, state, title],
    showTook(secondsBetween(startedAt, endedAt), estimate),
  ]);
  return table([['PHASE', 'STATE', 'STEP', 'TOOK'], ...rows], (cell, row, column) => {
    if (row === 0) return colors.dim(cell);
    return column === 1 ? paintState(cell, colors) : cell;
  });
}

/** What waits for a person, with the command that answers. */
export function waitsText({ question, gate, plan }: Report, workflowId: string, colors: Colors): readonly string[] {
  if (question) return questionLines(question, workflowId, colors);
  if (gate === undefined) return [];
  const command = `rehelm approve ${shellWord(workflowId)} --gate ${gate} --plan ${plan ?? 'HASH'}`;
  return [colors.yellow(`⏸ waits for approval of ${gate}`), `  ${command}`];
}

function questionLines({ number, text, choices, deadline, default: otherwise, changeable }: Question, workflowId: string, colors: Colors): readonly string[] {
  const late = deadline === undefined ? 'It waits until somebody answers.' : `Without an answer by ${deadline}: ${otherwise}.`;
  const changes = changeable?.length ? [`  a retry may change ${changeable.join(', ')}: --choice retry --change ${changeable[0]}=…`] : [];
  return [
    colors.yellow(`? question ${number}: ${text}`),
    `  rehelm decide ${shellWord(workflowId)} --question ${number} --choice ${choices.join('|')} --reason …`,
    ...changes,
    colors.dim(`  ${late}`),
  ];
}
