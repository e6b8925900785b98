import { failure } from '../../errors.js';
import { namespacesOf } from '../../model/scope.js';
import type { Schedules } from '../../runs/schedules.js';
import { demand } from './demand.js';
import { has, type Role, type Subject } from './roles.js';
import type { SecondOfSchedule } from './second-of-schedule.js';

/** The port as one subject may use it: every verb needs its role in every namespace that the spec names. One that they may not see is unknown to them. */
export class AllowedSchedules implements Schedules {
  readonly #schedules: Schedules;
  readonly #subject: Subject;

  readonly #second: SecondOfSchedule;

  constructor(schedules: Schedules, subject: Subject, second: SecondOfSchedule) {
    this.#schedules = schedules;
    this.#second = second;
    this.#subject = subject;
  }

  /** An approval of all its runs, where no second person is asked for. */
  create: Schedules['create'] = async (request) => {
    const namespaces = namespacesOf(request.spec);
    demand(this.#subject, 'approver', namespaces, { person: true });
    return this.#schedules.create({ ...request, ...this.#second.creation(request.spec, namespaces) });
  };

  approve: Schedules['approve'] = (id, approval) =>
    this.#steered(id, 'approver', async () => {
      const signed = await this.#second.approval(await this.#schedules.show(id));
      return this.#schedules.approve(id, { ...approval, ...signed });
    });

  list: Schedules['list'] = async () => (await this.#schedules.list()).filter(({ namespaces }) => has(this.#subject, 'viewer', namespaces));

  show: Schedules['show'] = async (id) => {
    await this.namespaces(id);
    return this.#schedules.show(id);
  };

  namespaces: Schedules['namespaces'] = async (id) => {
    const namespaces = await this.#schedules.namespaces(id);
    if (!has(this.#subject, 'viewer', namespaces)) throw failure('UnknownSchedule', `there is no schedule ${id}`);
    return namespaces;
  };

  pause: Schedules['pause'] = (id, why) => this.#steered(id, 'operator', () => this.#schedules.pause(id, why));
  resume: Schedules['resume'] = (id, why) =>
    this.#steered(id, 'operator', async () => {
      this.#second.demandForResume(await this.#schedules.show(id), why);
      return this.#schedules.resume(id, why);
    });
  trigger: Schedules['trigger'] = (id, why) =>
    this.#steered(id, 'operator', async () => {
      this.#second.demandForTrigger(await this.#schedules.show(id), why);
      return this.#schedules.trigger(id, why);
    });
  delete: Schedules['delete'] = (id) => this.#steered(id, 'approver', () => this.#schedules.delete(id));
  close: Schedules['close'] = () => this.#schedules.close();

  async #steered<T>(id: string, role: Role, act: () => Promise<T>): Promise<T> {
    demand(this.#subject, role, await this.namespaces(id), { person: true });
    return act();
  }
}
