import { drillResults } from '../model/drill-results.js';
import type { CheckReport, DecisionRecord, PhaseReport, Report, StepReport } from '../model/report.js';
import { secondsBetween } from '../model/seconds-between.js';
import { drillMarkdown } from './drill-markdown.js';
import { trendHead, trendRow } from './drill-words.js';
import { showHeldOut, showSeconds, showTook } from './words.js';

/** Foreign text in a cell or a line of Markdown. */
const cell = (text: string) => text.replace(/\s+/g, ' ').replaceAll('|', '\\|').replaceAll('<', '&lt;').trim();

const outcomes: Readonly<Partial<Record<Report['phase'], string>>> = {
  Succeeded: 'Done. It can be taken back until it is finalized.',
  RolledBack: 'Rolled back: everything is as it was before.',
  RollbackIncomplete: 'Rolled back in part: the steps marked *left* are for a person.',
  Finalized: 'Finalized: it can no longer be taken back.',
};

/** The evidence of a run, for a ticket or a wiki: when, what, who decided, what came of it. */
export function reportMarkdown(report: Report): string {
  return [
    `# ${cell(report.title)}`,
    facts(report),
    report.question
      ? section(`Waits: question ${report.question.number}`, `${cell(report.question.text)}\n\nPossible: ${report.question.choices.join(', ')}.`)
      : '',
    ...drillResults(report).map((result) => section(`Drill, ${result.profile}`, drillMarkdown(result))),
    section(
      'Trend',
      report.trend
        ? markdownTable(
            trendHead,
            report.trend.map((point) => trendRow(point).map(cell)),
          )
        : '',
    ),
    section('Phases', phaseTable(report.phases)),
    section('Checks', checkTable(report.checks)),
    section('Steps', stepTable(report.steps)),
    section('Decisions', decisionTable(report.decisions)),
    section('Notes', report.notes.map((note) => `- ${cell(note)}`).join('\n')),
    ...(report.inspected ?? []).map(({ name, facts }) => section(`Found: ${cell(name)}`, facts.map((fact) => `- ${cell(fact)}`).join('\n'))),
    section('Results', results(report.steps.filter(({ step }) => step !== 'driveDrill'))),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n');
}

const section = (title: string, body: string): string => (body === '' ? '' : `## ${title}\n\n${body}`);

function facts({ run, kind, phase, plan, startedAt, endedAt, cause, committed, gate, heldOut }: Report): string {
  const took = secondsBetween(startedAt, endedAt);
  const lines = [
    ['Outcome', `**${phase}**${outcomes[phase] ? `. ${outcomes[phase]}` : ''}`],
    ['Because', cause === undefined ? '' : cell(cause)],
    ['Waits for', gate === undefined ? '' : `approval of ${gate}`],
    ['Kind', kind],
    ['Run', `\`${run}\``],
    ['Plan', plan === undefined ? '' : `\`${plan}\``],
    ['Started', startedAt],
    ['Ended', endedAt === undefined ? '' : `${endedAt}${took === undefined ? '' : ` (${showSeconds(took)})`}`],
    ['Users held out', heldOut === undefined ? '' : showHeldOut(heldOut)],
    ['Committed', committed ? 'yes: users write to the target' : 'no'],
  ];
  return markdownTable(
    ['', ''],
    lines.filter(([, value]) => value !== ''),
  );
}

const phaseTable = (phases: readonly PhaseReport[]): string =>
  phases.length === 0
    ? ''
    : markdownTable(
        ['phase', 'started', 'took'],
        phases.map(({ title, startedAt, seconds }) => [cell(title), startedAt ?? '', seconds === undefined ? '' : showSeconds(seconds)]),
      );

function checkTable(checks: readonly CheckReport[]): string {
  const rows = checks.map(({ title, state, endedAt }) => [cell(title), state, endedAt ?? '']);
  return rows.length === 0 ? '' : markdownTable(['check', 'state', 'when'], rows);
}

function stepTable(steps: readonly StepReport[]): string {
  const rows = steps.map(({ phase, title, state, startedAt, endedAt, estimate }) => [
    ...[cell(phase), cell(title), state],
    showTook(secondsBetween(startedAt, endedAt), estimate),
  ]);
  return rows.length === 0 ? '' : markdownTable(['phase', 'step', 'state', 'took'], rows);
}

function decisionTable(decisions: readonly DecisionRecord[]): string {
  const rows = decisions.map(({ at, by, via, choice, question, reason, plan, change }) => [
    at,
    `${cell(by)}${via === 'policy' ? '' : ` (${via})`}`,
    `${choice}${plan === undefined ? '' : ` of plan \`${plan}\``}${change === undefined ? '' : ` with \`${cell(JSON.stringify(change))}\``}`,
    cell(question),
    cell(reason),
  ]);
  return rows.length === 0 ? '' : markdownTable(['when', 'who', 'what', 'about', 'why'], rows);
}

function results(steps: readonly StepReport[]): string {
  return steps
    .filter(({ result }) => result !== undefined && result !== null)
    .map(({ title, result }) => `- ${cell(title)}: \`${cell(JSON.stringify(result))}\``)
    .join('\n');
}

const markdownTable = (head: readonly string[], rows: readonly (readonly (string | undefined)[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
