import { condition, setHandler } from '@temporalio/workflow';
import type { Gate } from '../../model/plan.js';
import type { Choice, DecisionRecord, Question, Via } from '../../model/report.js';
import { type Demand, FourEyes } from './four-eyes.js';
import {
  type Approval,
  approve,
  type Decision,
  decide,
  readApproval,
  readDecision,
  readWithdrawal,
  refuse,
  type Taken,
  takenOf,
  withdraw,
} from './messages.js';

/** What is asked of a person: the text, what can be answered, and what happens when nobody does. */
export interface Ask {
  readonly text: string;
  readonly choices: readonly Choice[];
  readonly step?: string;
  readonly changeable?: readonly string[];
  readonly otherwise?: { readonly afterSeconds: number; readonly choice: Choice };
}

export interface Answer {
  readonly choice: Choice;
  readonly change?: { readonly [field: string]: unknown };
}

/** A verb that may need a second person. */
export interface SecondPerson extends Pick<Demand, 'verb' | 'about' | 'plan'> {
  readonly said: { readonly by: string; readonly via: Via; readonly signature: string | undefined };
  /** As the report calls it. */
  readonly question: string;
}

interface OpenPlan {
  readonly hash: string;
  readonly gates: readonly Gate[];
  /** Who answers for the run, and therefore cannot approve its start. */
  readonly startNotBy: string | undefined;
}

const now = () => new Date().toISOString();

/** Whether it came true in time. The summary says in the timeline what happens otherwise. */
async function soon(settled: () => boolean, withinSeconds: number | undefined, summary: string): Promise<boolean> {
  if (withinSeconds !== undefined) return condition(settled, withinSeconds * 1000, { summary });
  await condition(settled);
  return true;
}

/** Where people meet a run: one open question at a time, one answer to it, every answer kept. Made before the first await; its handlers are synchronous. */
export class Desk {
  readonly decisions: DecisionRecord[] = [];
  readonly #approved = new Map<string, Approval>();
  readonly #used = new Set<string>();
  readonly #changed: () => void;
  readonly #fourEyes: FourEyes;
  #plan: OpenPlan | undefined;
  #awaited: Gate | undefined;
  #question: Question | undefined;
  #asked = 0;
  #next = 1;
  #answer: Decision | undefined;

  constructor(changed: () => void, fourEyes = new FourEyes(() => undefined)) {
    this.#changed = changed;
    this.#fourEyes = fourEyes;
    setHandler(approve, (payload) => this.#onApproval(payload), {
      description:
        'Approve a gate of the plan that was shown (see the current details). Example: {"by":"ada@example.com","gate":"start","plan":"3f2a9c81d0e4","reason":"CHG-4711"}',
      validator: (payload) => this.#checkApproval(readApproval(payload)),
    });
    setHandler(withdraw, (payload) => this.#take(payload, () => this.#withdraw(readWithdrawal(payload))), {
      description: 'Withdraw an approval that was not used yet. Example: {"by":"ada@example.com","gate":"start","reason":"window moved"}',
      validator: (payload) => this.#checkWithdrawal(readWithdrawal(payload)),
    });
    setHandler(decide, (payload) => this.#onDecision(payload), {
      description:
        'Decide what waits (see the current details). Examples: {"by":"ada@example.com","question":1,"choice":"retry","reason":"disk enlarged"} or {"by":"ada@example.com","question":1,"choice":"wait","for":"30m","reason":"debugging"}',
      validator: (payload) => this.#checkDecision(readDecision(payload)),
    });
  }

  /** From here on the gates of this plan can be approved. Approvals of another plan lapse. */
  openGates(plan: OpenPlan): void {
    if (this.#plan?.hash !== plan.hash) this.#approved.clear();
    this.#plan = plan;
  }

  /**
   * Of an approval that was given with the start: where four eyes are asked for it counts for nothing unless a second person's signature was found on it;
   * elsewhere it counts where it is for this plan, and is as if it never was where it is not.
   */
  takeAhead(given: unknown, isSigned = false): void {
    if (given === undefined || (this.#fourEyes.on && !isSigned)) return;
    const approval = readApproval(given);
    const fits = approval.plan === this.#plan?.hash && this.#plan.gates.some((gate) => gate === approval.gate);
    if (fits && !this.#isOwn(approval)) this.#approve(approval);
  }

  get question(): Question | undefined {
    return this.#question;
  }

  /** The gate that waits for approval. */
  get awaited(): Gate | undefined {
    return this.#awaited;
  }

  /** Waits for the gate's approval: `approved`, `interrupted` if that came first, or `late` after the time given. */
  async pass(gate: Gate, interrupted: () => boolean, withinSeconds?: number): Promise<'approved' | 'interrupted' | 'late'> {
    this.#awaited = gate;
    this.#changed();
    const settled = () => this.#approved.has(gate) || interrupted();
    const inTime = await soon(settled, withinSeconds, `Nobody approves ${gate}: roll back`);
    this.#awaited = undefined;
    if (!inTime) return 'late';
    if (!this.#approved.has(gate)) return 'interrupted';
    this.#used.add(gate);
    return 'approved';
  }

  /** The plan drifted after its approval: it must be shown and approved again. */
  lapse(gate: Gate): void {
    this.#approved.delete(gate);
    this.#used.delete(gate);
  }

  /** Asks a person, and takes the default after its time. Without a default it waits for ever. `overruled`: a rollback was asked for instead. */
  async ask(ask: Ask, overruled: () => boolean = () => false): Promise<Answer> {
    // One question at a time: steps of a group may fail side by side, and the later question waits its turn.
    const turn = ++this.#asked;
    await condition(() => this.#question === undefined && this.#next === turn);
    const answer = await this.#answered(turn, ask, overruled);
    this.#question = undefined;
    this.#next++;
    this.#changed();
    return answer;
  }

  /** A decision that was made without a question: a pause, a rollback that was asked for. */
  record(decision: Omit<DecisionRecord, 'at'>): void {
    this.decisions.push({ at: now(), ...decision });
  }

  async #answered(turn: number, ask: Ask, overruled: () => boolean): Promise<Answer> {
    let waitSeconds = ask.otherwise?.afterSeconds;
    for (;;) {
      this.#open(turn, ask, waitSeconds);
      const answered = () => this.#answer !== undefined || overruled();
      await soon(answered, waitSeconds, `Nobody answers question ${turn}: ${ask.otherwise?.choice ?? 'ask again'}`);
      const given: Decision | undefined = this.#answer;
      if (!given) return overruled() ? { choice: 'rollback' } : this.#takeDefault(ask);
      this.#recordAnswer(ask.text, given);
      if (given.choice !== 'wait') return given;
      waitSeconds = given.forSeconds;
    }
  }

  #onApproval(payload: unknown): Taken | undefined | Promise<Taken | undefined> {
    const approval = readApproval(payload);
    const { gate, plan } = approval;
    const act = () => this.#take(payload, () => this.#approve(approval));
    return this.second({ verb: 'approve', about: gate, plan, said: approval, question: gate }, () => this.#checkApproval(approval), act);
  }

  #onDecision(payload: unknown): Taken | undefined | Promise<Taken | undefined> {
    const decision = readDecision(payload);
    const act = () => this.#take(payload, () => this.#decide(decision));
    if (decision.choice !== 'skip') return act();
    const about = String(decision.question);
    return this.second(
      { verb: 'skip', about, plan: this.#plan?.hash ?? '', said: decision, question: `question ${about}` },
      () => this.#checkDecision(decision),
      act,
    );
  }

  /**
   * What needs a second person where four eyes are asked for: looked at first, and then whether it can still be done. Elsewhere it is done at once, and no
   * command of an older history changes.
   */
  second<T>({ verb, about, plan, said, question }: SecondPerson, check: () => void, act: () => T): T | Promise<T> {
    const verified = this.#fourEyes.verify({ verb, about, plan, by: said.by, signature: said.signature });
    if (!verified) return act();
    const { by, via } = said;
    return verified.then(
      () => {
        check();
        return act();
      },
      (error: unknown) => {
        this.record({ question, by, via, choice: 'refused', reason: error instanceof Error ? error.message : 'refused' });
        this.#changed();
        throw error;
      },
    );
  }

  #take(payload: unknown, act: () => void): Taken | undefined {
    act();
    return takenOf(payload);
  }

  #decide(decision: Decision): void {
    this.#answer = decision;
  }

  #recordAnswer(question: string, { by, via, choice, reason, change }: Decision): void {
    this.record({ question, by, via, choice, reason, ...(change && { change }) });
  }

  #open(turn: number, { text, choices, step, changeable, otherwise }: Ask, waitSeconds: number | undefined): void {
    const deadline =
      otherwise && waitSeconds !== undefined ? { deadline: new Date(Date.now() + waitSeconds * 1000).toISOString(), default: otherwise.choice } : {};
    this.#question = {
      number: turn,
      text,
      choices: otherwise ? [...choices, 'wait'] : choices,
      ...(step !== undefined && { step }),
      ...(changeable?.length && { changeable }),
      ...deadline,
    };
    this.#answer = undefined;
    this.#changed();
  }

  #takeDefault({ text, otherwise }: Ask): Answer {
    const choice = otherwise!.choice;
    this.record({ question: text, by: 'deadline', via: 'policy', choice, reason: `nobody decided in ${otherwise!.afterSeconds} s` });
    return { choice };
  }

  /** By whom the start must not be approved, however that person writes the name. */
  #isOwn({ gate, by }: Pick<Approval, 'gate' | 'by'>): boolean {
    return gate === 'start' && by.trim().toLowerCase() === this.#plan?.startNotBy?.trim().toLowerCase();
  }

  #checkApproval({ gate, plan, by }: Approval): void {
    if (!this.#plan) throw refuse('the plan is not made yet');
    if (plan !== this.#plan.hash) throw refuse(`this run's plan is ${this.#plan.hash}, not ${plan}: look at it again`);
    if (!this.#plan.gates.some((each) => each === gate)) throw refuse(`gates of this plan: ${this.#plan.gates.join(', ') || 'none'}`);
    if (this.#isOwn({ gate, by })) throw refuse(`${by} signed iUnderstand: another person approves ${gate}`);
    if (this.#approved.has(gate)) throw refuse(`${gate} is already approved`);
    if (gate !== 'start' && this.#awaited !== gate) throw refuse(`${gate} can only be approved while it is asked`);
  }

  #approve(approval: Approval): void {
    const { gate, by, via, reason, plan } = approval;
    this.#approved.set(gate, approval);
    this.record({ question: gate, by, via, choice: 'approve', reason, plan });
    this.#changed();
  }

  #checkWithdrawal({ gate }: { readonly gate: string }): void {
    if (!this.#approved.has(gate)) throw refuse(`${gate} is not approved`);
    if (this.#used.has(gate)) throw refuse(`${gate} was passed: use pause or rollback`);
  }

  #withdraw({ gate, by, via, reason }: ReturnType<typeof readWithdrawal>): void {
    this.#approved.delete(gate);
    this.record({ question: gate, by, via, choice: 'withdraw', reason });
    this.#changed();
  }

  #checkDecision({ question, choice, change }: Decision): void {
    const open = this.#question;
    if (!open || this.#answer) throw refuse('nothing waits for a decision');
    if (question !== open.number) throw refuse(`question ${open.number} waits, not ${question}: look at the details again`);
    if (!open.choices.includes(choice)) throw refuse(`possible now: ${open.choices.join(', ')}`);
    const foreign = Object.keys(change ?? {}).filter((field) => !open.changeable?.includes(field));
    if (foreign.length) throw refuse(`this step's retry may change ${open.changeable?.join(', ') || 'nothing'}, not ${foreign.join(', ')}`);
  }
}
