import { allHandlersFinished, CancellationScope, condition, rootCause, setCurrentDetails, setHandler, workflowInfo } from '@temporalio/workflow';
import { memoStarted } from '../../model/four-eyes.js';
import type { Occasion } from '../../model/notice.js';
import { type Gate, type Phase, type Plan, placeIn, type ShownPlan, type Step } from '../../model/plan.js';
import { approvedAhead, type Prepared } from '../../model/policy.js';
import type { Choice, Report, RunPhase } from '../../model/report.js';
import { startApproval } from '../../model/schedule/standing-approval.js';
import { namespacesOf } from '../../model/scope.js';
import { batches, runBatch } from './batch.js';
import { Chronicle } from './chronicle.js';
import { clerk } from './clerk.js';
import { type Answer, type Ask, Desk } from './desk.js';
import { details } from './details.js';
import { FourEyes } from './four-eyes.js';
import { Herald } from './herald.js';
import { events as eventsQuery, plan as planQuery, readAfter, report as reportQuery } from './messages.js';
import { orClose } from './or-close.js';
import { Progress } from './progress.js';
import { rollBack } from './roll-back.js';
import { RunRecord } from './run-record.js';
import { Teller } from './search-attributes.js';
import { Steering } from './steering.js';
import { StepCalls } from './steps.js';

/** A person's or the policy's decision to turn the run back. */
class GoBack extends Error {}

export interface RunOptions {
  /** The run that this one ends: its id, locks and epoch are used, and nothing is taken back. */
  readonly finalizes?: string;
}

/**
 * Carries a plan out: gate, lock, capture and journal, do; parks on a failure or a pause; takes everything back, newest first, when told to.
 * The body runs shielded, because a cancelled root can neither wait nor ask: a cancel ends the running step, then asks.
 * Anything that is thrown and is neither an activity's failure nor a decision is a bug: it fails the workflow task and waits for a fixed worker.
 */
export class Run {
  readonly #id: string;
  readonly #kind: string;
  readonly #prepare: () => Promise<Prepared>;
  readonly #finalizes: boolean;
  readonly #record: RunRecord;
  readonly #desk = new Desk(() => this.#show(), new FourEyes(() => this.#fourEyes));
  readonly #steering = new Steering(
    this.#desk,
    () => this.#visiblePhase,
    () => this.#committed,
  );
  readonly #progress = new Progress();
  readonly #teller = new Teller();
  readonly #chronicle = new Chronicle();
  readonly #herald = new Herald(() => this.#prepared?.policy.notify ?? []);
  readonly #calls = new StepCalls(() => this.#prepared?.policy.heartbeatTimeoutSeconds ?? 20);
  readonly #startedAt = new Date().toISOString();
  #prepared: Prepared | undefined;
  #phase: RunPhase = 'Planning';
  #endedAt: string | undefined;
  #cause: string | undefined;
  #committed = false;

  /** Made before the first await, so that no message finds a run without its handlers and no page is empty. */
  constructor(kind: string, prepare: () => Promise<Prepared>, { finalizes }: RunOptions = {}) {
    this.#kind = kind;
    this.#prepare = prepare;
    this.#id = finalizes ?? workflowInfo().firstExecutionRunId;
    this.#finalizes = finalizes !== undefined;
    this.#committed = this.#finalizes;
    this.#record = new RunRecord({ run: this.#id, kind, startedAt: this.#startedAt, finalizes: this.#finalizes });
    setHandler(reportQuery, () => this.#report(), { description: 'Where the run is, what waits, what was done, who decided what, and why it went back' });
    setHandler(eventsQuery, (asked) => this.#chronicle.after(readAfter(asked)), { description: 'Every change, in order. Example: {"after":12}' });
    setHandler(planQuery, () => this.#shown, { description: 'The plan with the hash by which it is approved' });
    this.#show();
  }

  /** Tells those whom the spec names, and waits until that is under way. */
  async tell(type: Occasion, text: string): Promise<void> {
    this.#herald.tell(this.#report(), { type, text });
    await this.#herald.settled();
  }

  carryOut(): Promise<Report> {
    return CancellationScope.nonCancellable(() => this.#body());
  }

  async #body(): Promise<Report> {
    try {
      await this.#planAndApprove();
      await this.#lock();
      for (const phase of this.#plan.phases) await this.#runPhase(phase);
      await this.#heed();
      await this.#end(this.#finalizes ? 'Finalized' : 'Succeeded');
    } catch (failure) {
      if (!(failure instanceof GoBack)) throw failure;
      await this.#goBack(failure.message);
    }
    return this.#report();
  }

  get #shown(): ShownPlan | undefined {
    return this.#prepared?.shown;
  }

  /** Asked for by the worker's setting, or by the API that started it. */
  get #fourEyes(): { readonly run: string; readonly started: unknown } | undefined {
    const asked = this.#prepared?.policy.fourEyes;
    const memo = workflowInfo().memo?.[memoStarted];
    return asked === undefined && memo === undefined ? undefined : { run: this.#id, started: asked?.started ?? memo };
  }

  get #plan(): Plan {
    return this.#prepared!.shown.plan;
  }

  async #planAndApprove(): Promise<void> {
    await this.#makePlan();
    if (this.#prepared!.policy.start === 'none') return;
    for (;;) {
      const plannedAt = Date.now();
      await this.#pass('start');
      if (Date.now() - plannedAt < this.#prepared!.policy.planFreshSeconds * 1000) return;
      const approved = this.#shown!.hash;
      await this.#makePlan();
      if (this.#shown!.hash === approved) return;
      this.#desk.lapse('start');
    }
  }

  async #makePlan(): Promise<void> {
    this.#enter('Planning');
    this.#prepared = await orClose(this.#prepare());
    if (this.#prepared.policy.searchAttributes) this.#teller.tellNamespaces(namespacesOf(this.#prepared.spec));
    const { shown, policy, standing, isSigned } = this.#prepared;
    const { plan, hash } = shown;
    this.#desk.openGates({ hash, gates: plan.phases.flatMap(({ gate }) => gate ?? []), startNotBy: policy.startNotBy });
    this.#desk.takeAhead(workflowInfo().memo?.[approvedAhead]);
    if (standing) this.#desk.takeAhead(startApproval(standing, hash), isSigned);
    this.#show();
  }

  async #lock(): Promise<void> {
    await this.#record.open(this.#prepared!, this.#fourEyes);
    await this.#record.write('Running', this.#committed);
    this.#enter('Running');
  }

  async #runPhase(phase: Phase): Promise<void> {
    const { gate } = phase;
    if (gate && gate !== 'start' && this.#prepared!.policy[gate] === 'ask') await this.#pass(gate);
    if (phase.commits) await this.#commit();
    this.#progress.enterPhase(phase);
    const crew = {
      heed: () => this.#heed(),
      heeding: <T>(body: () => Promise<T>) => this.#steering.heeding(body),
      attempt: (step: Step) => this.#attempt(step),
      askAbout: (step: Step, failure: Error) => this.#askAbout(step, failure),
    };
    for (const batch of batches(phase.steps)) await runBatch(batch, crew);
    this.#progress.leavePhase(phase);
    this.#show();
  }

  async #commit(): Promise<void> {
    await this.#heed();
    // From here on the target takes users' writes, even if letting them in fails half-way.
    this.#committed = true;
    await this.#record.write('Running', this.#committed);
    this.#enter('Running');
  }

  async #pass(gate: Gate): Promise<void> {
    const { commitWithinSeconds, commitThen } = this.#prepared!.policy;
    const deadline = gate === 'commit' && commitThen === 'rollback' ? commitWithinSeconds : undefined;
    for (;;) {
      await this.#heed();
      this.#enter('AwaitingApproval');
      const outcome = await this.#desk.pass(gate, () => this.#steering.wanted, deadline);
      if (outcome === 'late') throw new GoBack(`nobody approved ${gate} in ${deadline} s`);
      if (outcome === 'approved') return this.#enter('Running');
    }
  }

  async #attempt(step: Step): Promise<void> {
    const act = { run: this.#id, epoch: this.#record.epoch, step: step.id };
    // Once only: after a failed attempt the world may already be half changed, and "before" must stay what it was.
    if (!this.#progress.stateOf(step.id)) await this.#calls.capture(step, act, placeIn(this.#plan, step.id));
    this.#progress.begin(step.id);
    this.#show();
    this.#progress.end(step.id, 'done', await this.#calls.act(step, act));
    this.#show();
  }

  async #askAbout(step: Step, failure: Error): Promise<Step | undefined> {
    let text = `${step.title}: ${rootCause(failure)}`;
    for (;;) {
      const choices: readonly Choice[] = step.skippable ? ['retry', 'skip', 'rollback'] : ['retry', 'rollback'];
      const { choice, change } = await this.#park({ text, choices, step: step.id, ...(step.changeable && { changeable: step.changeable }) });
      if (choice === 'skip') return this.#passOver(step);
      if (!change) return step;
      const changed = { ...step, input: { ...(step.input as object), ...change } };
      const problems = await clerk.checkSteps({ run: this.#id, steps: [changed] });
      if (problems.length === 0) return changed;
      text = `${step.title}, changed to ${JSON.stringify(change)}: ${problems.map(({ message }) => message).join('; ')}`;
    }
  }

  async #passOver(step: Step): Promise<undefined> {
    if (!this.#progress.stateOf(step.id)) return;
    await clerk.markStep({ act: { run: this.#id, epoch: this.#record.epoch, step: step.id }, state: 'skipped' });
    this.#progress.end(step.id, 'skipped');
  }

  /** Waits for a person's answer. Before the commit the policy's default comes after its time; after it every question waits, and going back is an update of its own. */
  async #park(ask: Ask): Promise<Answer> {
    this.#enter('Parked');
    const { failureWaitSeconds, failureThen } = this.#prepared?.policy ?? { failureWaitSeconds: 0, failureThen: 'wait' };
    const otherwise = this.#committed || failureThen === 'wait' ? undefined : { afterSeconds: failureWaitSeconds, choice: 'rollback' as const };
    const choices = this.#committed ? ask.choices.filter((choice) => choice !== 'rollback') : ask.choices;
    const answer = await this.#desk.ask({ ...ask, choices, ...(otherwise && { otherwise }) }, () => this.#steering.back !== undefined);
    if (answer.choice === 'rollback') throw new GoBack(this.#steering.back ?? ask.text);
    this.#enter('Running');
    return answer;
  }

  async #heed(): Promise<void> {
    // A pause that comes while this one is answered counts, too: without the loop "resume" would run the next step over it.
    for (;;) {
      if (this.#steering.back !== undefined) throw new GoBack(this.#steering.back);
      const why = this.#steering.takePause();
      if (why === undefined) return;
      await this.#park({ text: why, choices: ['resume', 'rollback'] });
    }
  }

  async #goBack(cause: string): Promise<void> {
    this.#cause = cause;
    this.#enter('RollingBack');
    if (!this.#record.isOpen) return this.#end('RolledBack');
    await this.#record.raiseEpoch();
    await this.#record.write('RollingBack', this.#committed);
    const left = await rollBack({
      run: this.#id,
      epoch: this.#record.epoch,
      calls: this.#calls,
      desk: this.#desk,
      seen: ({ id }, state) => {
        this.#progress.end(id, state);
        this.#show();
      },
    });
    await this.#end(left.length === 0 ? 'RolledBack' : 'RollbackIncomplete');
  }

  async #end(phase: RunPhase): Promise<void> {
    // A verb that is still being looked at is answered before its run is over.
    if (this.#fourEyes) await condition(allHandlersFinished);
    const endedAt = new Date().toISOString();
    await this.#record.close(this.#report({ phase, endedAt }));
    this.#endedAt = endedAt;
    this.#enter(phase);
    await this.#herald.settled();
  }

  get #visiblePhase(): RunPhase {
    return this.#desk.question ? 'Parked' : this.#phase;
  }

  #enter(phase: RunPhase): void {
    this.#phase = phase;
    this.#show();
  }

  #show(): void {
    const report = this.#report();
    this.#chronicle.see(report);
    this.#herald.see(report);
    setCurrentDetails(details(report, this.#shown));
    if (this.#prepared?.policy.searchAttributes)
      this.#teller.tell(this.#visiblePhase, this.#desk.question ? 'decision' : this.#desk.awaited ? 'approval' : 'nothing');
  }

  #report({ phase, endedAt }: Pick<Report, 'phase' | 'endedAt'> = { phase: this.#visiblePhase, ...(this.#endedAt && { endedAt: this.#endedAt }) }): Report {
    const shown = this.#shown;
    return {
      ...{ run: this.#id, kind: this.#kind, title: shown?.plan.title ?? this.#kind, phase },
      startedAt: this.#startedAt,
      committed: this.#committed,
      ...this.#progress.of(shown?.plan),
      decisions: this.#desk.decisions,
      ...{ notes: shown?.plan.notes ?? [], ...(shown?.plan.inspected && { inspected: shown.plan.inspected }) },
      ...(shown && { plan: shown.hash }),
      ...(endedAt !== undefined && { endedAt }),
      ...(this.#desk.question && { question: this.#desk.question }),
      ...(this.#desk.awaited && { gate: this.#desk.awaited }),
      ...(this.#cause !== undefined && { cause: this.#cause }),
    };
  }
}
