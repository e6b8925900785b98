import { failure } from '../../errors.js';
import { workflowOfRun } from '../../model/afterwards.js';
import { namespacesOf } from '../../model/scope.js';
import type { Approval, Decision, Once, Runs, SpecRequest, StartRequest } from '../../runs/runs.js';
import type { CoalescedLists } from '../coalesced-lists.js';
import { demand } from './demand.js';
import { has, namespacesWith, type Role, type Subject } from './roles.js';
import type { SecondPerson } from './second-person.js';

/**
 * The port as one subject may use it: every verb needs its role in every namespace that the run's spec names. A run that they may not even see is unknown
 * to them. A run whose namespaces nobody knows is seen by those who may see everything.
 */
export class AllowedRuns implements Runs {
  readonly #runs: Runs;
  readonly #subject: Subject;
  readonly #second: SecondPerson;
  readonly #lists: CoalescedLists;

  constructor(runs: Runs, subject: Subject, { second, lists }: { readonly second: SecondPerson; readonly lists: CoalescedLists }) {
    this.#runs = runs;
    this.#second = second;
    this.#lists = lists;
    this.#subject = subject;
  }

  preview: Runs['preview'] = (request) => this.#withSpec(request, () => this.#runs.preview(request));
  start: Runs['start'] = (request: StartRequest) =>
    this.#withSpec(request, async () => {
      // An approval, though it comes with the start.
      if (request.plan !== undefined) demand(this.#subject, 'approver', namespacesOf(request.spec), { person: true });
      return this.#runs.start({ ...request, ...(await this.#second.startedBy(request, namespacesOf(request.spec))) });
    });

  /** Asked for what the subject may see, and looked through once more: who forgot to ask does not tell what they found. */
  list: Runs['list'] = async (request = {}) => {
    const { within: _, ...asked } = request;
    const mine = namespacesWith(this.#subject, 'viewer');
    const page = await this.#lists.list({ ...asked, ...(mine && { within: mine }) }, (request) => this.#runs.list(request));
    return { ...page, runs: page.runs.filter(({ namespaces = [] }) => has(this.#subject, 'viewer', namespaces)) };
  };

  find: Runs['find'] = async (name) => {
    const found = await this.#runs.find(name);
    if (!has(this.#subject, 'viewer', found.namespaces ?? [])) throw unknown(name);
    return found;
  };

  namespaces: Runs['namespaces'] = (name) => this.#seen(name, () => this.#runs.namespaces(name));
  workingOn: Runs['workingOn'] = (name) => this.#seen(name, () => this.#runs.workingOn(name));
  workflowOf: Runs['workflowOf'] = (name) => this.#seen(name, () => this.#runs.workflowOf(name));
  see: Runs['see'] = (id) => this.#seen(id, () => this.#runs.see(id));
  events: Runs['events'] = (id, after) => this.#seen(id, () => this.#runs.events(id, after));
  shownPlan: Runs['shownPlan'] = (id) => this.#seen(id, () => this.#runs.shownPlan(id));
  report: Runs['report'] = (name) => this.#seen(name, () => this.#runs.report(name));
  verify: Runs['verify'] = (name) => this.#seen(name, () => this.#runs.verify(name));
  underWay: Runs['underWay'] = (id) => this.#seen(id, () => this.#runs.underWay(id));

  origin: Runs['origin'] = (name) => this.#seen(name, () => this.#runs.origin(name));
  answered: Runs['answered'] = (name, once) => this.#seen(name, () => this.#runs.answered(name, once));
  approve: Runs['approve'] = (id, approval: Approval, once) =>
    this.#steered(id, 'approver', async (namespaces) => {
      const signed = await this.#second.signature(id, namespaces, { verb: 'approve', about: approval.gate, plan: approval.plan });
      return this.#runs.approve(id, { ...approval, ...signed }, once);
    });
  withdraw: Runs['withdraw'] = (id, withdrawal, once) => this.#steered(id, 'approver', () => this.#runs.withdraw(id, withdrawal, once));
  decide: Runs['decide'] = (id, decision: Decision, once) =>
    decision.choice === 'skip' ? this.#skip(id, decision, once) : this.#steered(id, 'operator', () => this.#runs.decide(id, decision, once));
  pause: Runs['pause'] = (id, why, once) => this.#steered(id, 'operator', () => this.#runs.pause(id, why, once));
  rollback: Runs['rollback'] = (name, why, once) =>
    this.#steered(name, why.acceptDataLoss ? 'approver' : 'operator', async (namespaces) => {
      const signed = why.acceptDataLoss ? await this.#second.signature(name, namespaces, { verb: 'rollback', about: 'acceptDataLoss', plan: '' }) : {};
      return this.#runs.rollback(name, { ...why, ...signed }, once);
    });
  finalize: Runs['finalize'] = (name, why, once) =>
    this.#steered(name, 'approver', async (namespaces) => {
      const signed = await this.#second.signature(name, namespaces, { verb: 'finalize', about: '', plan: '' });
      return this.#runs.finalize(name, { ...why, ...signed }, once);
    });
  putFile: Runs['putFile'] = (run, file) => this.#steered(run, 'operator', () => this.#runs.putFile(run, file));

  reap: Runs['reap'] = async (options) => {
    demand(this.#subject, 'admin', [], { person: true });
    return this.#runs.reap(options);
  };

  hasWorker: Runs['hasWorker'] = () => this.#runs.hasWorker();
  close: Runs['close'] = () => this.#runs.close();

  #skip(id: string, decision: Decision, once: Once | undefined): Promise<void> {
    return this.#steered(id, 'approver', async (namespaces) => {
      // A rollback that parks has no plan of its own.
      const shown = await this.#runs.shownPlan(id).catch(() => undefined);
      const signed = await this.#second.signature(id, namespaces, { verb: 'skip', about: String(decision.question), plan: shown?.hash ?? '' });
      return this.#runs.decide(id, { ...decision, ...signed }, once);
    });
  }

  async #withSpec<T>({ spec }: SpecRequest, act: () => Promise<T>): Promise<T> {
    demand(this.#subject, 'operator', namespacesOf(spec));
    return act();
  }

  async #seen<T>(name: string, act: () => Promise<T>): Promise<T> {
    await this.#scope(name);
    return act();
  }

  async #steered<T>(name: string, role: Role, act: (namespaces: readonly string[]) => Promise<T>): Promise<T> {
    const namespaces = await this.#scope(name);
    demand(this.#subject, role, namespaces, { person: true });
    return act(namespaces);
  }

  /** Of a run that the subject may see. */
  async #scope(name: string): Promise<readonly string[]> {
    const namespaces = (await this.#runs.namespaces(workflowOfRun(name))) ?? [];
    if (!has(this.#subject, 'viewer', namespaces)) throw unknown(name);
    return namespaces;
  }
}

const unknown = (name: string) => failure('UnknownRun', `there is no run ${name}`);
