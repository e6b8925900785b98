import type { Client } from 'openapi-fetch';
import { pathOf } from '../run-id.js';
import type { CreatedSchedule, Schedule, Schedules, ShownSchedule, Triggered } from '../schedules.js';
import type { paths } from './api-types.js';
import { HttpCalls, type HttpOptions } from './http-calls.js';

const of = (name: string) => ({ params: { path: { id: pathOf(name) } } });

/** As the API shows it: its `id` is for URLs, Temporal's own is another field. */
interface Told {
  readonly id: string;
  readonly href: string;
  readonly scheduleId: string;
}

/** The port over the HTTP API. */
export class HttpSchedules implements Schedules {
  readonly #calls: HttpCalls;
  readonly #client: Client<paths>;

  constructor(options: HttpOptions) {
    this.#calls = new HttpCalls(options);
    this.#client = this.#calls.client;
  }

  async create({ spec }: Parameters<Schedules['create']>[0]): Promise<CreatedSchedule> {
    const body = { spec: spec as SpecBody };
    return read(await this.#calls.once((header) => this.#client.POST('/v1/schedules', { params: { header }, body })));
  }

  async list(): Promise<readonly Schedule[]> {
    const { schedules } = await this.#calls.call(this.#client.GET('/v1/schedules'));
    return schedules.map((each) => read(each));
  }

  async show(id: string): Promise<ShownSchedule> {
    return read<ShownSchedule>(await this.#calls.call(this.#client.GET('/v1/schedules/{id}', of(id))));
  }

  async namespaces(id: string): Promise<readonly string[]> {
    return (await this.show(id)).namespaces;
  }

  async approve(id: string, { spec, reason }: Parameters<Schedules['approve']>[1]): Promise<void> {
    await this.#calls.call(this.#client.POST('/v1/schedules/{id}/approve', { ...of(id), body: { spec, reason } }));
  }

  async pause(id: string, body: Parameters<Schedules['pause']>[1]): Promise<void> {
    await this.#calls.call(this.#client.POST('/v1/schedules/{id}/pause', { ...of(id), body }));
  }

  async resume(id: string, body: Parameters<Schedules['resume']>[1]): Promise<void> {
    await this.#calls.call(this.#client.POST('/v1/schedules/{id}/resume', { ...of(id), body }));
  }

  async trigger(id: string, body: Parameters<Schedules['trigger']>[1]): Promise<Triggered> {
    const { workflowId, run } = await this.#calls.call(this.#client.POST('/v1/schedules/{id}/trigger', { ...of(id), body }));
    return { ...(workflowId !== undefined && { workflowId }), ...(run !== undefined && { run }) };
  }

  async delete(id: string): Promise<void> {
    await this.#calls.call(this.#client.DELETE('/v1/schedules/{id}', of(id)));
  }

  async close(): Promise<void> {
    // HTTP holds nothing.
  }
}

type SpecBody = paths['/v1/schedules']['post']['requestBody']['content']['application/json']['spec'];

function read<S extends Schedule>({ id: _id, href: _href, scheduleId, ...schedule }: Told): S {
  return { ...schedule, id: scheduleId } as unknown as S;
}
