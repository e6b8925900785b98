import { randomUUID } from 'node:crypto';
import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import type { FindRunsRequest, FoundRun } from '../activities/runs/find-runs.js';
import type { ListRunsRequest, RunPage } from '../activities/runs/list-runs.js';
import type { Reaped } from '../activities/runs/reap.js';
import type { RequestFiles } from '../adapters/request-files/request-files.js';
import { failure } from '../errors.js';
import type { Afterwards } from '../model/afterwards.js';
import type { AsOf } from '../model/as-of.js';
import { memoStarted } from '../model/four-eyes.js';
import { fieldAt, type Kinds, kindNamed } from '../model/kinds.js';
import { memoNamespaces, memoOnce } from '../model/memo.js';
import type { ShownPlan } from '../model/plan.js';
import { approvedAhead } from '../model/policy.js';
import type { SecretKeyRef } from '../model/refs.js';
import type { Report, Via } from '../model/report.js';
import type { RunEvents } from '../model/run-event.js';
import { namespacesOf } from '../model/scope.js';
import { attributes } from '../model/search-attributes.js';
import type { VerifiedCourse } from '../model/verified-course.js';
import type { Preview } from '../workflows/preview.js';
import { failureOf, failureOfLook } from './failure-of.js';
import { demandSame, FirstAnswers } from './first-answers.js';
import { readReport } from './read-report.js';
import type { NamedFile, Once, Origin, RunReport, Runs, Seen, SpecRequest, Started, StartRequest, UnderWay } from './runs.js';
import { SentFiles } from './sent-files.js';
import { startTold } from './start-told.js';
import { type Temporal, TemporalCalls } from './temporal-calls.js';
import { namesIn, originOf } from './told-by-memo.js';
import { underWayOf } from './under-way.js';
import { WithoutWorker } from './without-worker.js';

export interface TemporalRunsParts extends Temporal {
  /** Who speaks, and by which way: kept in the report. */
  readonly by: string;
  readonly via: Via;
  /** Connects to the cluster, for the files of a spec; called only where there are any. */
  readonly requestFiles: () => Promise<RequestFiles>;
  /** Those of this version where it is not said. */
  readonly kinds?: Kinds;
}

interface ReadOnly {
  readonly preview: { readonly input: unknown; readonly result: Preview };
  readonly findRuns: { readonly input: FindRunsRequest; readonly result: readonly FoundRun[] };
  readonly listRuns: { readonly input: ListRunsRequest; readonly result: RunPage };
  readonly verifyDrill: { readonly input: { readonly run: string }; readonly result: readonly VerifiedCourse[] };
  readonly reap: { readonly input: { readonly remove: boolean }; readonly result: Reaped };
}

/** A person waits for the answer, and there is another way to it. */
const lookSeconds = 5;

/** Nothing is left of them that a person could take back. */
const overAndDone: readonly string[] = ['RolledBack', 'Finalized'];

/** The port over Temporal: updates, queries and starts, each with a deadline; what only activities can see is asked by short workflows. */
export class TemporalRuns implements Runs {
  readonly #client: Client;
  readonly #calls: TemporalCalls;
  readonly #parts: TemporalRunsParts;
  readonly #first: FirstAnswers;
  readonly #without: WithoutWorker;
  readonly #files: SentFiles;

  constructor(parts: TemporalRunsParts) {
    this.#parts = parts;
    this.#client = parts.client;
    this.#calls = new TemporalCalls(parts);
    this.#first = new FirstAnswers(parts.client, this.#calls);
    this.#files = new SentFiles(parts.requestFiles);
    this.#without = new WithoutWorker({ client: parts.client, calls: this.#calls, taskQueue: parts.taskQueue });
  }

  async preview({ spec, files }: SpecRequest): Promise<Preview> {
    kindNamed(spec, this.#parts.kinds);
    const sent = await this.#files.send(spec, files);
    return this.#look('preview', sent.spec, 600);
  }

  async start({ spec, files, id, plan, once, started: signed }: StartRequest): Promise<Started> {
    const kind = kindNamed(spec, this.#parts.kinds);
    const workflowId = id ?? kind.workflowId(spec) ?? `run/${once?.key ?? randomUUID()}`;
    const first = once && (await this.#first.ofStart(workflowId, once));
    if (first) return first;
    const sent = await this.#files.send(spec, files);
    const title = `${kind.workflowType} ${String(fieldAt(spec, ['metadata', 'name']) ?? '')}`.trim();
    const memo = {
      [memoNamespaces]: namespacesOf(spec),
      ...(signed && { [memoStarted]: signed }),
      ...(plan !== undefined && { [approvedAhead]: this.#said({ gate: 'start', plan, reason: 'approved ahead' }) }),
    };
    const started = await this.#start(kind.workflowType, workflowId, sent.spec, `${title} by ${this.#parts.by}`, once, memo);
    await this.#files.claim(sent.refs, started.run);
    return started;
  }

  list(request: ListRunsRequest = {}): Promise<RunPage> {
    return this.#look('listRuns', request);
  }

  find(name: string): Promise<FoundRun> {
    return this.#calls.orWithout(
      this.#parts.taskQueue,
      () => this.#findNow(name, lookSeconds),
      () => this.#without.find(name),
    );
  }

  /** As it is now, for those who act on it. */
  async #findNow(name: string, seconds?: number): Promise<FoundRun> {
    const runs = await this.#look('findRuns', { run: name }, seconds);
    const [newest] = runs;
    const found = newest?.phase === 'Refused' ? (runs.find(({ phase }) => phase !== 'Refused' && !overAndDone.includes(phase)) ?? newest) : newest;
    if (!found) throw failure('UnknownRun', `there is no run ${name}`);
    return found;
  }

  async namespaces(name: string): Promise<readonly string[] | undefined> {
    const told = await this.#calls.describe(name);
    const known = told?.searchAttributes[attributes.namespaces.name]?.map(String);
    return known ?? namesIn(told?.memo) ?? (await this.find(name)).namespaces;
  }

  async workingOn(name: string): Promise<string> {
    if (await this.#isOpen(name)) return name;
    const { workflowId, open, openAfter, phase } = await this.#findNow(name);
    if (open) return workflowId;
    if (openAfter !== undefined) return openAfter;
    throw failure('WrongMoment', `${workflowId} is closed: it is ${phase}`, { details: { workflowId, phase } });
  }

  async workflowOf(name: string): Promise<string> {
    return (await this.#isKnown(name)) ? name : (await this.find(name)).workflowId;
  }

  async see(workflowId: string): Promise<Seen> {
    const handle = this.#client.workflow.getHandle(workflowId);
    const { status } = await this.#calls.soon(`look at ${workflowId}`, () => handle.describe(), 5);
    if (status.name === 'RUNNING') return { open: true, report: await this.#calls.query<Report>(workflowId, 'report') };
    return {
      open: false,
      report: await this.#calls.soon(`look at ${workflowId}`, () => handle.result()).catch((error: unknown) => Promise.reject(failureOf(error, workflowId))),
    };
  }

  async events(workflowId: string, after: number): Promise<RunEvents & { readonly open: boolean }> {
    // Asked first: what closes in between is told by the next look.
    const open = await this.#isOpen(workflowId);
    return { ...(await this.#calls.query<RunEvents>(workflowId, 'events', { after })), open };
  }

  shownPlan(workflowId: string): Promise<(ShownPlan & AsOf) | undefined> {
    return this.#calls.orWithout(
      workflowId,
      () => this.#calls.query<ShownPlan | undefined>(workflowId, 'plan'),
      () => this.#without.shownPlan(workflowId),
    );
  }

  async report(name: string): Promise<RunReport> {
    const found = await this.find(name);
    if (found.asOf !== undefined) return this.#without.report(name);
    return this.#calls.orWithout(
      found.workflowId,
      () => readReport({ client: this.#client, calls: this.#calls }, found),
      () => this.#without.report(found.workflowId),
    );
  }

  async underWay(workflowId: string): Promise<UnderWay> {
    const { raw } = await this.#calls.soon(`look at ${workflowId}`, () => this.#client.workflow.getHandle(workflowId).describe());
    return underWayOf(raw.pendingActivities ?? [], this.#client.options.loadedDataConverter);
  }

  async origin(name: string): Promise<Origin> {
    const told = await this.#calls.describe(name);
    if (told) return originOf(told);
    const { workflowId, run, startedBy, lost } = await this.#findNow(name);
    const known = lost ? undefined : await this.#calls.describe(workflowId);
    return known ? originOf(known) : { workflowId, run, ...(startedBy && { started: startedBy }) };
  }

  async answered(name: string, once: Once): Promise<string | undefined> {
    return this.#first.of(await this.workflowOf(name), once);
  }

  approve: Runs['approve'] = (workflowId, approval, once) => this.#update(workflowId, 'approve', approval, once);
  withdraw: Runs['withdraw'] = (workflowId, withdrawal, once) => this.#update(workflowId, 'withdraw', withdrawal, once);
  decide: Runs['decide'] = (workflowId, decision, once) => this.#update(workflowId, 'decide', decision, once);
  pause: Runs['pause'] = (workflowId, why, once) => this.#update(workflowId, 'pause', why, once);

  async rollback(name: string, why: Parameters<Runs['rollback']>[1], once?: Once): Promise<string> {
    if (await this.#isOpen(name)) return this.#turnBack(name, why, once);
    const { workflowId, run, open, openAfter } = await this.#findNow(name);
    if (open) return this.#turnBack(workflowId, why, once);
    if (openAfter !== undefined) throw failure('RunInProgress', `${openAfter} is already at work on it`, { details: { holder: { workflowId: openAfter } } });
    return this.#startAfter(workflowId, 'rollback', { run, ...this.#said(why) }, once);
  }

  async finalize(name: string, why: Parameters<Runs['finalize']>[1], once?: Once): Promise<string> {
    const { workflowId, run, open, openAfter } = await this.#findNow(name);
    const busy = open ? workflowId : openAfter;
    if (busy !== undefined) throw failure('RunInProgress', `${busy} is still open`, { details: { holder: { workflowId: busy } } });
    return this.#startAfter(workflowId, 'finalize', { run, ...this.#said(why) }, once);
  }

  async putFile(run: string, { name, content }: Pick<NamedFile, 'name' | 'content'>): Promise<SecretKeyRef> {
    const ref = await this.#files.put(name, content);
    await this.#files.claim([ref], run);
    return ref;
  }

  async verify(name: string): Promise<readonly VerifiedCourse[]> {
    return this.#look('verifyDrill', { run: (await this.#findNow(name)).run });
  }

  reap(options: { readonly remove: boolean }): Promise<Reaped> {
    return this.#look('reap', options);
  }

  hasWorker(): Promise<boolean> {
    return this.#calls.hasWorker();
  }

  async close(): Promise<void> {
    await this.#client.connection.close();
  }

  #said<T extends object>(what: T): T & { readonly by: string; readonly via: Via } {
    return { ...what, by: this.#parts.by, via: this.#parts.via };
  }

  /** One of the short workflows that only look. */
  async #look<N extends keyof ReadOnly>(name: N, input: ReadOnly[N]['input'], seconds = 120): Promise<ReadOnly[N]['result']> {
    await this.#calls.demandWorker();
    const options = {
      taskQueue: this.#parts.taskQueue,
      workflowId: `${name}/${randomUUID()}`,
      workflowExecutionTimeout: `${seconds + 60} seconds`,
      args: [input],
    } as const;
    const execute = () => this.#client.workflow.execute<(input: unknown) => Promise<ReadOnly[N]['result']>>(name, options);
    return this.#calls.soon(name, execute, seconds).catch((error: unknown) => Promise.reject(failureOfLook(error, name)));
  }

  /** Waits until the update is done, which is at once: the run's own work goes on behind it. One that came before under its id is not done again. */
  async #update(workflowId: string, name: string, payload: object, once?: Once): Promise<void> {
    const said = { ...this.#said(payload), ...(once && { once: once.body }) };
    const options = { args: [said] as [object], ...(once && { updateId: once.key }) };
    const send = () => this.#client.workflow.getHandle(workflowId).executeUpdate<unknown, [object]>(name, options);
    const mark = await this.#calls.soon(`${name} ${workflowId}`, send);
    if (once) demandSame(mark, once);
  }

  /** The run answers a question with it where one waits, for a question must be answered. */
  async #turnBack(workflowId: string, why: Parameters<Runs['rollback']>[1], once?: Once): Promise<string> {
    const { question, phase } = await this.#calls.query<Report>(workflowId, 'report');
    if (phase === 'RollingBack') return workflowId;
    if (question?.choices.includes('rollback')) await this.decide(workflowId, { reason: why.reason, question: question.number, choice: 'rollback' }, once);
    else await this.#update(workflowId, 'rollback', why, once);
    return workflowId;
  }

  /** What goes on with a closed run: `<id>/rollback`, `<id>/finalize`. One of a kind at a time. */
  async #startAfter(workflowId: string, type: Afterwards, input: object, once?: Once): Promise<string> {
    const id = `${workflowId}/${type}`;
    await this.#start(type, id, input, `${type} by ${this.#parts.by}`, once);
    return id;
  }

  /** Of two that come at once under one key one starts it, and both are answered so. */
  async #start(type: string, workflowId: string, input: unknown, summary: string, once?: Once, more: Record<string, unknown> = {}): Promise<Started> {
    const { taskQueue } = this.#parts;
    const policies = { workflowIdConflictPolicy: 'FAIL', workflowIdReusePolicy: 'ALLOW_DUPLICATE' } as const;
    const memo = { ...more, ...(once && { [memoOnce]: once }) };
    const options = { taskQueue, workflowId, args: [input], staticSummary: summary.slice(0, 200), memo, ...policies };
    try {
      const handle = await this.#calls.send(`start ${workflowId}`, () => startTold(this.#client, type, options, namesIn(more)));
      return { workflowId, run: handle.firstExecutionRunId };
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      const first = once && (await this.#first.ofStart(workflowId, once));
      if (first) return first;
      throw failure('RunInProgress', `${workflowId} already runs: one at a time`, { details: { holder: { workflowId } } });
    }
  }

  async #isOpen(workflowId: string): Promise<boolean> {
    return (await this.#calls.describe(workflowId))?.status.name === 'RUNNING';
  }

  async #isKnown(workflowId: string): Promise<boolean> {
    return (await this.#calls.describe(workflowId)) !== undefined;
  }
}
