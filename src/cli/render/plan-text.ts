import { counted } from '../../model/counted.js';
import type { Phase, Problem, ShownPlan, Step } from '../../model/plan.js';
import { inWords, showEstimate } from '../../render/words.js';
import type { Colors } from '../terminal.js';

const gateWords = {
  start: 'a person approves the plan, then it begins',
  cutover: 'a person chooses when users are held out; they work until then',
  helm: 'helm goes on here; its post-upgrade hook lets the run go on',
  commit: 'a person approves, then users are let in to the target: what they write from here on is lost by a rollback',
} as const;

/** The whole plan for a reader: phases, steps, how each is taken back, gates, notes, what stands in its way, and the hash to approve it by. */
export function planText({ plan, hash }: ShownPlan, problems: readonly Problem[], colors: Colors): string {
  const steps = plan.phases.flatMap((phase) => phase.steps).length;
  return [
    colors.bold(plan.title),
    colors.dim(`${plan.kind}, ${counted(plan.phases.length, 'phase')}, ${counted(steps, 'step')}; locks ${plan.locks.join(', ') || 'nothing'}`),
    ...plan.phases.flatMap((phase) => ['', ...phaseLines(phase, colors)]),
    ...(plan.inspected ?? []).flatMap(({ name, facts }) => listed(`Found: ${name}`, facts, (fact) => `  - ${fact}`, colors)),
    ...listed('Notes', plan.notes, (note) => `  - ${note}`, colors),
    ...listed('Problems: nothing will be touched until they are gone', problems.map(showFound), (line) => `  ${colors.red('✗')} ${line}`, colors),
    '',
    `${colors.dim('plan')} ${colors.bold(hash)}`,
  ].join('\n');
}

const showFound = ({ check, message }: Problem) => `${check}: ${message}`;

function phaseLines({ title, gate, steps }: Phase, colors: Colors): readonly string[] {
  return [
    ...(gate ? [`${colors.yellow('⏸')} ${gate}: ${gateWords[gate]}`] : []),
    colors.bold(title),
    ...steps.map((step, index) => stepLine(step, steps[index - 1], colors)),
  ];
}

function stepLine({ title, step, group, skippable, proves, estimate }: Step, before: Step | undefined, colors: Colors): string {
  const beside = group !== undefined && before?.group === group ? '├' : '•';
  const marks = [
    proves ? 'changes nothing' : `undo: ${inWords(step)}`,
    ...(skippable ? ['can be skipped'] : []),
    ...(estimate ? [showEstimate(estimate)] : []),
  ].join(', ');
  return `  ${beside} ${title}  ${colors.dim(`(${marks})`)}`;
}

function listed(title: string, items: readonly string[], show: (item: string) => string, colors: Colors): readonly string[] {
  return items.length === 0 ? [] : ['', colors.bold(title), ...items.map(show)];
}
