import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import type { FoundRun } from '../activities/runs/find-runs.js';
import { failure } from '../errors.js';
import { type Afterwards, afterwards, isAfterwards } from '../model/afterwards.js';
import type { AsOf } from '../model/as-of.js';
import { closedPhase, kindOfWorkflow } from '../model/closed-phase.js';
import { lookingOnly } from '../model/looking-only.js';
import type { ShownPlan } from '../model/plan.js';
import { type Report, type RunPhase, runPhases } from '../model/report.js';
import { namespacesOf } from '../model/scope.js';
import { attributes } from '../model/search-attributes.js';
import { type HistoryFacts, historyFacts } from './history-facts.js';
import { begunIn, ownReportIn, phaseIn, planIn, recordIn, reportIn, specIn } from './history-report.js';
import { joined, type Later } from './read-report.js';
import type { RunReport } from './runs.js';
import type { TemporalCalls } from './temporal-calls.js';
import { namesIn } from './told-by-memo.js';

export interface WithoutWorkerParts {
  readonly client: Client;
  readonly calls: TemporalCalls;
  readonly taskQueue: string;
}

interface Told {
  readonly described: WorkflowExecutionDescription;
  readonly run: string;
  readonly facts: HistoryFacts;
}

const isUuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * What can be told of a run while no worker answers: from Temporal's describe and its history, never from a list. NoWorker where those have nothing: what only a
 * journal remembers, a worker alone can read.
 */
export class WithoutWorker {
  readonly #parts: WithoutWorkerParts;

  constructor(parts: WithoutWorkerParts) {
    this.#parts = parts;
  }

  async find(name: string): Promise<FoundRun> {
    const own = await this.#run(name);
    const later = await this.#later(own);
    const { report, asOf } = all(own, later);
    const openLater = later.find(({ told }) => isOpen(told));
    const isNow = isOpen(own) ? own : openLater?.told;
    const waitingFor = isNow && waitsFor(isNow, report);
    const { described, run, facts } = own;
    const namespaces = namespacesIn(own);
    return {
      ...{ run, workflowId: described.workflowId, startedAt: facts.startedAt, open: isOpen(own) },
      ...{ kind: report.kind, title: report.title === report.kind ? described.workflowId : report.title, committed: report.committed },
      phase: isNow ? report.phase : (closedPhase(report.phase, described.status.name) ?? 'Ended'),
      ...(openLater && { openAfter: openLater.told.described.workflowId }),
      ...(waitingFor !== undefined && { waitingFor }),
      ...(namespaces && { namespaces }),
      journal: { ...report, steps: journalSteps(own, later) },
      asOf,
    };
  }

  /** Undefined while it is made. */
  async shownPlan(workflowId: string): Promise<(ShownPlan & AsOf) | undefined> {
    const { facts } = await this.#told(workflowId);
    const shown = planIn(facts);
    return shown && { hash: shown.hash, plan: shown.plan, asOf: facts.asOf };
  }

  async report(name: string): Promise<RunReport> {
    const own = await this.#run(name);
    const { report, asOf } = all(own, await this.#later(own));
    return { workflowId: own.described.workflowId, report: { ...report, asOf } };
  }

  async #run(name: string): Promise<Told> {
    const told = await this.#told(name);
    if (isAfterwards(told.described.workflowId)) throw unknown(name);
    return told;
  }

  async #told(name: string): Promise<Told> {
    const described = (await this.#parts.calls.describe(name)) ?? (await this.#byRun(name));
    if (!described) throw failure('NoWorker', `Temporal knows no ${name}, and no worker answers that could look into the journals`);
    const { workflowId, runId, raw, type, taskQueue } = described;
    // Others' workflows, and those that only look, are no runs: their histories are not read.
    if (taskQueue !== this.#parts.taskQueue || lookingOnly.some((each) => each === type)) throw unknown(name);
    const handle = this.#parts.client.workflow.getHandle(workflowId, runId);
    const { events } = await this.#parts.calls.read(`read the history of ${workflowId}`, () => handle.fetchHistory());
    return { described, run: raw.workflowExecutionInfo?.firstRunId || runId, facts: historyFacts(events ?? [], this.#parts.client) };
  }

  /** A run's id alone says nothing to describe: its workflow's does, which a list knows soon after the start. */
  async #byRun(run: string): Promise<WorkflowExecutionDescription | undefined> {
    if (!isUuid.test(run)) return undefined;
    const workflowId = await this.#parts.calls.read('list executions', async () => {
      for await (const found of this.#parts.client.workflow.list({ query: `RunId = '${run}'`, pageSize: 1 })) return found.workflowId;
      return undefined;
    });
    if (workflowId === undefined) return undefined;
    const newest = await this.#parts.calls.describe(workflowId);
    return newest?.raw.workflowExecutionInfo?.firstRunId === run ? newest : this.#parts.calls.describe(workflowId, run);
  }

  /** What goes on, or went on, with a closed run. */
  async #later(own: Told): Promise<readonly TellingLater[]> {
    if (isOpen(own)) return [];
    return (await Promise.all(afterwards.map((id) => this.#laterOf(own, id)))).flat();
  }

  async #laterOf({ described: { workflowId }, run }: Told, id: Afterwards): Promise<readonly TellingLater[]> {
    const laterId = `${workflowId}/${id}`;
    if (!(await this.#parts.calls.describe(laterId))) return [];
    const told = await this.#told(laterId);
    const report = reportOf(told, { run, after: id });
    return runIn(told.facts.input) === run && changes(told, id, report) ? [{ id, title: titles[id], report, told }] : [];
  }
}

interface TellingLater extends Later {
  readonly told: Told;
}

const titles = { rollback: 'Rollback', finalize: 'Finalize' } as const;

/** One that was refused, and a finalize that was given up, changed nothing. */
function changes(told: Told, id: Afterwards, { phase }: Report): boolean {
  if (isOpen(told)) return true;
  return ownReportIn(told.facts) !== undefined && (id === 'rollback' || phase !== 'RolledBack');
}

const unknown = (name: string) => failure('UnknownRun', `there is no run ${name}`);

const isOpen = ({ described }: Told): boolean => described.status.name === 'RUNNING';

const runIn = (input: unknown): unknown => (typeof input === 'object' && input !== null && 'run' in input ? input.run : undefined);

function reportOf({ described, facts }: Told, { run, after }: { readonly run: string; readonly after?: Afterwards }): Report {
  const told = described.searchAttributes[attributes.phase.name]?.[0];
  const phase = runPhases.find((each) => each === told) ?? (after === 'rollback' ? 'RollingBack' : phaseIn(facts));
  return reportIn(facts, { run, kind: kindOfWorkflow(described.type), phase: terminated(described) ?? phase });
}

const terminated = ({ status }: WorkflowExecutionDescription): RunPhase | undefined => (status.name === 'TERMINATED' ? 'Terminated' : undefined);

function all(own: Told, later: readonly TellingLater[]): { readonly report: Report; readonly asOf: string } {
  const times = [own, ...later.map(({ told }) => told)].map(({ facts }) => facts.asOf);
  return { report: later.reduce(joined, reportOf(own, { run: own.run })), asOf: times.sort().at(-1) ?? own.facts.asOf };
}

/** `decision`, `approval`, or nothing. */
function waitsFor({ described }: Told, { phase }: Report): string | undefined {
  const told = described.searchAttributes[attributes.waitingFor.name]?.[0];
  if (told !== undefined) return told === 'nothing' ? undefined : String(told);
  if (phase === 'Parked') return 'decision';
  return phase === 'AwaitingApproval' ? 'approval' : undefined;
}

/** As they are known with a worker: told by the run, or at its start; else those of the spec as the run read it. */
function namespacesIn({ described, facts }: Told): readonly string[] | undefined {
  const spec = recordIn(facts)?.spec ?? specIn(facts);
  return (
    described.searchAttributes[attributes.namespaces.name]?.map(String) ?? namesIn(described.memo) ?? (spec === undefined ? undefined : namespacesOf(spec))
  );
}

function journalSteps(own: Told, later: readonly { readonly told: Told }[]): Report['steps'] {
  const steps = new Map(begunIn(own.facts).map((step) => [step.id, step]));
  for (const { told } of later)
    for (const step of begunIn(told.facts)) steps.set(step.id, { ...steps.get(step.id), ...step, title: steps.get(step.id)?.title ?? step.title });
  return [...steps.values()].map((step) => ({ ...step, phase: '' }));
}
