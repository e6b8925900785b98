import type { Act } from '../model/act.js';
import type { JournalEntry, JournalRecord, StepState } from '../model/journal.js';
import type { Gate, ShownPlan } from '../model/plan.js';
import { approvedAhead } from '../model/policy.js';
import { choices, type DecisionRecord, type Report, type RunPhase, runPhases, type StepReport, vias } from '../model/report.js';
import { secondsBetween } from '../model/seconds-between.js';
import type { ActivityFact, HistoryFacts, UpdateFact } from './history-facts.js';

type Fields = { readonly [field: string]: unknown };
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
const isShown = (value: unknown): value is ShownPlan =>
  isFields(value) && typeof value['hash'] === 'string' && isFields(value['plan']) && Array.isArray(value['plan']['phases']);
const isAct = (value: unknown): value is Act =>
  isFields(value) && typeof value['run'] === 'string' && typeof value['epoch'] === 'number' && typeof value['step'] === 'string';
const isReport = (value: unknown): value is Report => isFields(value) && typeof value['phase'] === 'string' && Array.isArray(value['steps']);

/** The newest plan that the run made, whatever its kind: it is known by its shape. */
export function planIn({ activities }: HistoryFacts): ShownPlan | undefined {
  return activities.flatMap(({ result }) => [result, isFields(result) ? result['shown'] : undefined]).findLast(isShown);
}

/** The spec as the run read it; undefined while it has not. */
export function specIn({ activities }: HistoryFacts): unknown {
  return activities.map(({ result }) => result).findLast((result): result is Fields => isFields(result) && 'policy' in result && 'spec' in result)?.['spec'];
}

/** What the run last asked the cluster to keep of it. */
export function recordIn({ activities }: HistoryFacts): JournalRecord | undefined {
  const written = activities.findLast(({ name, args }) => name === 'putRecord' && isFields(args[0]));
  return written?.args[0] as JournalRecord | undefined;
}

/** The run's own report: its result, or what its failure carries. */
export function ownReportIn({ result, failureDetail }: HistoryFacts): Report | undefined {
  if (isReport(result)) return result;
  return isFields(failureDetail) && isReport(failureDetail['report']) ? failureDetail['report'] : undefined;
}

/** What is told of a step by the calls that were made for it. */
type Told = Omit<StepReport, 'phase'>;

/** Steps that were begun, in that order, with the state that a worker last told. */
export function begunIn({ activities }: HistoryFacts): readonly Told[] {
  const begun = new Map<string, Told>();
  const put = (id: string, told: Partial<Told> & Pick<Told, 'state'>) => begun.set(id, { id, step: '', title: id, ...begun.get(id), ...told });
  for (const activity of activities.filter(({ done }) => done)) {
    for (const { id, step, title, state, result } of journalRead(activity)) put(id, { step, title, state, ...(result !== undefined && { result }) });
    const change = changeOf(activity);
    if (change) put(change.id, change);
  }
  return [...begun.values()];
}

const journalRead = ({ name, result }: ActivityFact): readonly JournalEntry[] => (name === 'readJournal' && Array.isArray(result) ? result : []);

const beforeIt = /^capture(?=[A-Z])/;

/** Every call on behalf of a step carries its act. */
function changeOf({ name, args, startedAt, endedAt, result }: ActivityFact): (Partial<Told> & Pick<Told, 'id' | 'state'>) | undefined {
  const [first, second, place] = args;
  if (name === 'markStep' && isFields(first) && isAct(first['act'])) return { id: first['act'].step, state: first['state'] as StepState, ...ended(endedAt) };
  const act = [first, second].find(isAct);
  if (!act) return undefined;
  if (act.undo) return { id: act.step, state: 'undone', ...ended(endedAt) };
  if (beforeIt.test(name) && isFields(place)) {
    const named = name.replace(beforeIt, '');
    const step = named.charAt(0).toLowerCase() + named.slice(1);
    return { id: act.step, step, title: String(place['title'] ?? act.step), state: 'begun', ...(endedAt !== undefined && { startedAt: endedAt }) };
  }
  return { id: act.step, step: name, state: 'done', ...(startedAt !== undefined && { startedAt }), ...ended(endedAt), ...(result !== undefined && { result }) };
}

const ended = (endedAt: string | undefined) => (endedAt === undefined ? {} : { endedAt });

/** Verbs that were taken, as far as their words are in them. */
function decisionsIn(facts: HistoryFacts): readonly DecisionRecord[] {
  const ahead = facts.memo[approvedAhead];
  const counted = isFields(ahead) && ahead['plan'] === planIn(facts)?.hash ? [{ name: 'approve', payload: ahead, at: facts.startedAt }] : [];
  return [...counted, ...facts.updates].flatMap(decisionOf);
}

function decisionOf({ name, payload, at }: UpdateFact): readonly DecisionRecord[] {
  if (!isFields(payload)) return [];
  const { by, reason = name === 'approve' ? 'approved' : '', gate, question, plan, change } = payload;
  const choice = name === 'decide' ? choices.find((each) => each === payload['choice']) : oneOfVerbs(name);
  if (!choice) return [];
  const via = vias.find((each) => each === payload['via']) ?? 'temporal';
  const about = String(gate ?? (question === undefined ? name : `question ${question}`));
  const rest = { ...(typeof plan === 'string' && { plan }), ...(change !== undefined && { change }) };
  return [{ at, question: about, by: String(by), via, choice, reason: String(reason), ...rest }];
}

const oneOfVerbs = (name: string) => (['approve', 'withdraw', 'pause', 'rollback'] as const).find((verb) => verb === name);

/** Where the run is, when neither its result nor its search attributes say so. */
export function phaseIn(facts: HistoryFacts): RunPhase {
  const record = recordIn(facts);
  const told = runPhases.find((each) => each === record?.phase);
  if (told) return told;
  const locked = facts.activities.some(({ name }) => name === 'takeLocks');
  if (locked) return 'Running';
  return planIn(facts) && facts.activities.every(({ endedAt }) => endedAt !== undefined) ? 'AwaitingApproval' : 'Planning';
}

export interface Known {
  readonly run: string;
  readonly kind: string;
  readonly phase: RunPhase;
}

/** A report as far as the history has one: without the question that waits, and without the times of phases, which only the run itself knows. */
export function reportIn(facts: HistoryFacts, { run, kind, phase }: Known): Report {
  const own = ownReportIn(facts);
  if (own) return own;
  const shown = planIn(facts);
  const begun = begunIn(facts);
  const record = recordIn(facts);
  return {
    run,
    kind: record?.kind ?? shown?.plan.kind ?? kind,
    title: shown?.plan.title ?? kind,
    phase,
    ...(shown && { plan: shown.hash }),
    startedAt: facts.startedAt,
    phases: (shown?.plan.phases ?? []).map(({ id, title }) => ({ id, title, ...timesOf(begun, shown, id) })),
    steps: shown ? planned(shown, begun) : begun.map((step) => ({ ...step, phase: '' })),
    checks: [],
    decisions: decisionsIn(facts),
    notes: [...(shown?.plan.notes ?? []), noWorker(facts.asOf)],
    ...(shown?.plan.inspected && { inspected: shown.plan.inspected }),
    ...(phase === 'AwaitingApproval' && { gate: gateAhead(shown, begun) }),
    committed: record?.committed ?? false,
  };
}

/** The gate of the first phase of which nothing was begun. */
const gateAhead = (shown: ShownPlan | undefined, begun: readonly Told[]): Gate =>
  shown?.plan.phases.find(({ gate, steps }) => gate && !steps.some(({ id }) => begun.some((each) => each.id === id)))?.gate ?? 'start';

const noWorker = (asOf: string): string =>
  `No worker answers: this is what Temporal’s history has until ${asOf}. A question that waits, and what was checked, the run itself tells when a worker is back.`;

const planned = ({ plan }: ShownPlan, begun: readonly Told[]): readonly StepReport[] =>
  plan.phases.flatMap((phase) =>
    phase.steps.map(({ id, step, title }) => ({ state: 'planned' as const, ...begun.find((each) => each.id === id), id, step, title, phase: phase.title })),
  );

function timesOf(
  begun: readonly Told[],
  shown: ShownPlan | undefined,
  phase: string,
): { readonly startedAt?: string; readonly endedAt?: string; readonly seconds?: number } {
  const steps = shown?.plan.phases.find(({ id }) => id === phase)?.steps ?? [];
  const mine = steps.map(({ id }) => begun.find((each) => each.id === id));
  const startedAt = mine.flatMap((step) => step?.startedAt ?? []).sort()[0];
  const isOver = mine.length > 0 && mine.every((step) => step?.state === 'done' || step?.state === 'skipped');
  const endedAt = isOver
    ? mine
        .flatMap((step) => step?.endedAt ?? [])
        .sort()
        .at(-1)
    : undefined;
  const seconds = secondsBetween(startedAt, endedAt);
  return { ...(startedAt !== undefined && { startedAt }), ...ended(endedAt), ...(seconds !== undefined && { seconds }) };
}
