import type { ShownPlan } from '../../model/plan.js';
import type { Question, Report, StepReport } from '../../model/report.js';

/** The Temporal UI shows current details as Markdown and carries them in a URL: beyond this many bytes they break. */
const limitBytes = 4000;
const bytes = (text: string) => new TextEncoder().encode(text).length;

/** Foreign text in a table or a heading: one line, no cell borders, not longer than a screen. */
const clip = (text: string, length = 600) => text.replace(/\s+/g, ' ').replaceAll('|', '\\|').slice(0, length);

/** The UI sets the columns of a table side by side without a gap: spaces that Markdown leaves where they are, and where no line breaks. */
const gap = '\u00a0\u00a0';

/** The run for the Temporal UI: its phase, what waits and what to send, every step with its state. */
export function details(report: Report, shown?: ShownPlan): string {
  const head = [
    `**${report.phase}**${report.cause ? ` because ${clip(report.cause)}` : ''}`,
    gateText(report, shown),
    report.question ? questionText(report.question) : '',
  ]
    .filter(Boolean)
    .join('\n\n');
  return withTable(head, report.steps);
}

function withTable(head: string, steps: readonly StepReport[]): string {
  const lines = [`| phase${gap} | step | ${gap}state |`, '|:--|:--|:--|'];
  let size = bytes(head) + 120;
  for (const row of orderedRows(steps)) {
    size += bytes(row) + 1;
    if (size > limitBytes) return `${head}\n\n${lines.join('\n')}\n\n… and more: see the query \`report\``;
    lines.push(row);
  }
  return steps.length ? `${head}\n\n${lines.join('\n')}` : head;
}

/** What is going on comes first: a long plan is cut at its end, and an operator looks for the step that runs. */
function orderedRows(steps: readonly StepReport[]): readonly string[] {
  const current = steps.findLastIndex(({ state }) => state !== 'planned');
  const from = Math.max(0, current - 8);
  const row = (phase: string, title: string, state: string) => `| ${phase}${gap} | ${title} | ${state && gap}${state} |`;
  const before = from > 0 ? [row('…', `${from} steps before`, statesOf(steps.slice(0, from)))] : [];
  return [...before, ...steps.slice(from).map(({ phase, title, state }) => row(clip(phase, 40), clip(title, 120), state === 'planned' ? '' : state))];
}

/** `done`, or on a way back `12 done, 19 undone`. */
function statesOf(steps: readonly StepReport[]): string {
  const counts = [...Map.groupBy(steps, ({ state }) => state)].map(([state, { length }]) => [state, length] as const);
  return counts.length === 1 ? counts[0]![0] : counts.map(([state, count]) => `${count} ${state}`).join(', ');
}

function questionText({ number, text, choices, changeable, deadline, default: otherwise }: Question): string {
  const example = `{"by":"you","question":${number},"choice":"${choices[0]}","reason":"…"}`;
  const late = deadline ? ` Without an answer by ${deadline}: ${otherwise}.` : ' It waits until somebody answers.';
  const changes = changeable?.length ? ` A retry may change ${changeable.join(', ')}: add \`"change":{"${changeable[0]}":…}\`.` : '';
  return `**Question ${number}: ${clip(text)}**\n\nSend the update \`decide\`, choice one of ${choices.join(', ')}: \`${example}\`.${changes}${late}`;
}

function gateText({ gate }: Report, shown?: ShownPlan): string {
  if (gate === undefined || !shown) return '';
  const what = {
    start: `Start? ${clip(shown.plan.title)}`,
    cutover: 'Cut over? Users will be held out from now on, until they are let in to the target.',
    helm: 'Helm goes on now. Its post-upgrade hook approves this once everything is applied.',
    commit: 'Commit? Users will be let in to the target; a rollback after that loses what they write.',
  }[gate];
  const notes = shown.plan.notes.length
    ? `\n\n${shown.plan.notes
        .map((note) => `- ${clip(note, 200)}`)
        .join('\n')
        .slice(0, 1200)}`
    : '';
  return `**${what}**\n\nSend the update \`approve\`: \`{"by":"you","gate":"${gate}","plan":"${shown.hash}","reason":"…"}\`${notes}`;
}
