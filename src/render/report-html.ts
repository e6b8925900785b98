import { createHash } from 'node:crypto';
import { drillResults } from '../model/drill-results.js';
import type { DecisionRecord, Report, StepReport } from '../model/report.js';
import { secondsBetween } from '../model/seconds-between.js';
import { drillHtml } from './drill-html.js';
import { trendHead, trendRow } from './drill-words.js';
import { element, type Markup } from './html.js';
import { showHeldOut, showSeconds, showTook } from './words.js';

const style =
  'body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem}table{border-collapse:collapse;width:100%}th,td{border-bottom:1px solid #ccc;padding:.25rem .5rem;text-align:left;vertical-align:top}code{overflow-wrap:anywhere}';

/** Nothing is loaded, nothing runs: the page's one style sheet is known by its hash. */
export const reportPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  'sandbox',
].join('; ');

/** The evidence of a run as one page without scripts. What people and products wrote is text in it, whatever it looks like. */
export function reportHtml(report: Report): string {
  const body = element(
    'body',
    element('h1', report.title),
    table([], facts(report)),
    report.question
      ? section(
          `Waits: question ${report.question.number}`,
          element('p', report.question.text),
          element('p', `Possible: ${report.question.choices.join(', ')}.`),
        )
      : [],
    drillResults(report).flatMap((result) => section(`Drill, ${result.profile}`, ...drillHtml(result, table))),
    tableSection('Trend', trendHead, (report.trend ?? []).map(trendRow)),
    tableSection(
      'Phases',
      ['phase', 'started', 'took'],
      report.phases.map(({ title, startedAt, seconds }) => [title, startedAt ?? '', took(seconds)]),
    ),
    tableSection(
      'Checks',
      ['check', 'state', 'when'],
      report.checks.map(({ title, state, endedAt }) => [title, state, endedAt ?? '']),
    ),
    tableSection('Steps', ['phase', 'step', 'state', 'took'], report.steps.map(stepRow)),
    tableSection('Decisions', ['when', 'who', 'what', 'about', 'why'], report.decisions.map(decisionRow)),
    listSection('Notes', report.notes),
    (report.inspected ?? []).flatMap(({ name, facts }) => listSection(`Found: ${name}`, facts)),
    tableSection('Results', ['step', 'result'], report.steps.filter(({ step }) => step !== 'driveDrill').flatMap(resultRow)),
  );
  // The charset comes first: a browser looks for it in the first kilobyte.
  const head = element('head', element('title', report.title), element('style', style)).text.replace('<head>', '<head><meta charset="utf-8">');
  return `<!doctype html>\n<html lang="en">${head}${body.text}</html>\n`;
}

type Cell = string | Markup;

const section = (title: string, ...parts: readonly Markup[]): readonly Markup[] => [element('h2', title), ...parts];
const took = (seconds: number | undefined): string => (seconds === undefined ? '' : showSeconds(seconds));

const listSection = (title: string, items: readonly string[]): readonly Markup[] =>
  items.length === 0 ? [] : section(title, element('ul', ...items.map((item) => element('li', item))));

const tableSection = (title: string, head: readonly string[], rows: readonly (readonly Cell[])[]): readonly Markup[] =>
  rows.length === 0 ? [] : section(title, table(head, rows));

function table(head: readonly string[], rows: readonly (readonly Cell[])[]): Markup {
  const row = (kind: 'th' | 'td') => (cells: readonly Cell[]) => element('tr', ...cells.map((cell) => element(kind, cell)));
  return element('table', ...(head.length > 0 ? [row('th')(head)] : []), ...rows.map(row('td')));
}

function facts({ run, kind, phase, plan, startedAt, endedAt, cause, committed, gate, heldOut }: Report): readonly (readonly Cell[])[] {
  const lasted = took(secondsBetween(startedAt, endedAt));
  const rows: readonly (readonly [string, Cell])[] = [
    ['Outcome', element('strong', phase)],
    ['Because', cause ?? ''],
    ['Waits for', gate === undefined ? '' : `approval of ${gate}`],
    ['Kind', kind],
    ['Run', element('code', run)],
    ['Plan', plan === undefined ? '' : element('code', plan)],
    ['Started', startedAt],
    ['Ended', endedAt === undefined ? '' : `${endedAt} (${lasted})`],
    ['Users held out', heldOut === undefined ? '' : showHeldOut(heldOut)],
    ['Committed', committed ? 'yes: users write to the target' : 'no'],
  ];
  return rows.filter(([, value]) => value !== '');
}

const stepRow = ({ phase, title, state, startedAt, endedAt, estimate }: StepReport): readonly Cell[] => [
  ...[phase, title, state],
  showTook(secondsBetween(startedAt, endedAt), estimate),
];

const decisionRow = ({ at, by, via, choice, question, reason, plan, change }: DecisionRecord): readonly Cell[] => [
  at,
  `${by}${via === 'policy' ? '' : ` (${via})`}`,
  `${choice}${plan === undefined ? '' : ` of plan ${plan}`}${change === undefined ? '' : ` with ${JSON.stringify(change)}`}`,
  question,
  reason,
];

const resultRow = ({ title, result }: StepReport): readonly (readonly Cell[])[] =>
  result === undefined || result === null ? [] : [[title, element('code', JSON.stringify(result))]];
