import type { Client } from 'openapi-fetch';
import type { FoundRun } from '../../activities/runs/find-runs.js';
import type { ListRunsRequest, RunPage } from '../../activities/runs/list-runs.js';
import type { Reaped } from '../../activities/runs/reap.js';
import { failure } from '../../errors.js';
import type { ShownPlan } from '../../model/plan.js';
import type { SecretKeyRef } from '../../model/refs.js';
import type { RunEvents } from '../../model/run-event.js';
import type { VerifiedCourse } from '../../model/verified-course.js';
import type { Preview } from '../../workflows/preview.js';
import { pathOf } from '../run-id.js';
import type { NamedFile, Origin, RunReport, Runs, Seen, SpecRequest, Started, StartRequest, UnderWay } from '../runs.js';
import type { components, paths } from './api-types.js';
import { type Answered, HttpCalls, type HttpOptions, type OnceHeader } from './http-calls.js';

const of = (name: string) => ({ params: { path: { id: pathOf(name) } } });
const sent = (name: string, header: OnceHeader) => ({ params: { path: { id: pathOf(name) }, header } });

const textOf = ({ content, ...file }: NamedFile) => ({ ...file, path: [...file.path], content: Buffer.from(content).toString() });
const most = 100;

/** The port over the HTTP API. */
export class HttpRuns implements Runs {
  readonly #calls: HttpCalls;
  readonly #client: Client<paths>;

  constructor(options: HttpOptions) {
    this.#calls = new HttpCalls(options);
    this.#client = this.#calls.client;
  }

  async preview({ spec, files }: SpecRequest): Promise<Preview> {
    const { hash, plan, problems } = await this.#calls.call(this.#client.POST('/v1/plans', { body: { spec: spec as SpecBody, files: files.map(textOf) } }));
    return { shown: { hash, plan }, problems } as unknown as Preview;
  }

  async start({ spec, files, plan, id }: StartRequest): Promise<Started> {
    if (id !== undefined) throw failure('WrongMoment', 'over the API a run goes by the name of its release');
    const body = { spec: spec as SpecBody, files: files.map(textOf), ...(plan !== undefined && { plan }) };
    const { workflowId, run } = await this.#calls.once((header) => this.#client.POST('/v1/runs', { params: { header }, body }));
    return { workflowId, run };
  }

  /** The server knows what its token may see. */
  async list({ after, within: _, limit = most, ...filter }: ListRunsRequest = {}): Promise<RunPage> {
    const query = { ...(filter as ListFilter), limit, ...(after !== undefined && { cursor: after }) };
    const { runs, next } = await this.#calls.call(this.#client.GET('/v1/runs', { params: { query } }));
    return { runs: runs as readonly FoundRun[], ...(next !== undefined && { next }) };
  }

  async find(name: string): Promise<FoundRun> {
    return (await this.#calls.call(this.#client.GET('/v1/runs/{id}', of(name)))) as FoundRun;
  }

  async namespaces(name: string): Promise<readonly string[] | undefined> {
    return (await this.find(name)).namespaces;
  }

  async origin(name: string): Promise<Origin> {
    const { workflowId, run } = await this.find(name);
    return { workflowId, run };
  }

  /** The server knows; this client repeats what it sends under one key. */
  async answered(): Promise<undefined> {
    return undefined;
  }

  async workingOn(name: string): Promise<string> {
    const { workflowId, open, openAfter, phase } = await this.find(name);
    if (open) return workflowId;
    if (openAfter !== undefined) return openAfter;
    throw failure('WrongMoment', `${workflowId} is closed: it is ${phase}`, { details: { workflowId, phase } });
  }

  async workflowOf(name: string): Promise<string> {
    return (await this.find(name)).workflowId;
  }

  async see(workflowId: string): Promise<Seen> {
    const { open, report } = await this.#calls.call(this.#client.GET('/v1/runs/{id}/now', of(workflowId)));
    return { open, report } as Seen;
  }

  async events(workflowId: string, after: number): Promise<RunEvents & { readonly open: boolean }> {
    const { params } = of(workflowId);
    const call = this.#client.GET('/v1/runs/{id}/events', { params: { ...params, query: { after } }, headers: { accept: 'application/json' } });
    return (await this.#calls.call(call)) as RunEvents & { readonly open: boolean };
  }

  async shownPlan(workflowId: string): Promise<ShownPlan | undefined> {
    return (await this.#calls.call(this.#client.GET('/v1/runs/{id}/plan', of(workflowId)))) as ShownPlan;
  }

  async report(name: string): Promise<RunReport> {
    const [{ workflowId }, report] = await Promise.all([this.find(name), this.#calls.call(this.#client.GET('/v1/runs/{id}/report', of(name)))]);
    return { workflowId, report: report as RunReport['report'] };
  }

  async verify(name: string): Promise<readonly VerifiedCourse[]> {
    return (await this.#calls.call(this.#client.GET('/v1/runs/{id}/verification', of(name)))).courses;
  }

  async underWay(workflowId: string): Promise<UnderWay> {
    const { triedAgain, progress } = await this.#calls.call(this.#client.GET('/v1/runs/{id}/now', of(workflowId)));
    return { triedAgain, progress };
  }

  approve: Runs['approve'] = (id, body) => this.#take((header) => this.#client.POST('/v1/runs/{id}/approve', { ...sent(id, header), body }));
  withdraw: Runs['withdraw'] = (id, body) => this.#take((header) => this.#client.POST('/v1/runs/{id}/withdraw', { ...sent(id, header), body }));
  decide: Runs['decide'] = (id, body) => this.#take((header) => this.#client.POST('/v1/runs/{id}/decide', { ...sent(id, header), body }));
  pause: Runs['pause'] = (id, body) => this.#take((header) => this.#client.POST('/v1/runs/{id}/pause', { ...sent(id, header), body }));

  async rollback(name: string, body: Parameters<Runs['rollback']>[1]): Promise<string> {
    return (await this.#calls.once((header) => this.#client.POST('/v1/runs/{id}/rollback', { ...sent(name, header), body }))).workflowId;
  }

  async finalize(name: string, body: Parameters<Runs['finalize']>[1]): Promise<string> {
    return (await this.#calls.once((header) => this.#client.POST('/v1/runs/{id}/finalize', { ...sent(name, header), body }))).workflowId;
  }

  async putFile(run: string, { name, content }: Pick<NamedFile, 'name' | 'content'>): Promise<SecretKeyRef> {
    const body = { name, content: Buffer.from(content).toString() };
    return (await this.#calls.call(this.#client.POST('/v1/runs/{id}/files', { ...of(run), body }))).secretRef;
  }

  async reap(body: { readonly remove: boolean }): Promise<Reaped> {
    return (await this.#calls.call(this.#client.POST('/v1/reap', { body }))) as Reaped;
  }

  async hasWorker(): Promise<boolean> {
    const { response } = await this.#calls.reach(this.#client.GET('/readyz'));
    return response.ok;
  }

  async close(): Promise<void> {
    // HTTP holds nothing.
  }

  async #take(call: (header: OnceHeader) => Promise<Answered<unknown>>): Promise<void> {
    await this.#calls.once(call);
  }
}

type ListFilter = Omit<NonNullable<paths['/v1/runs']['get']['parameters']['query']>, 'limit' | 'cursor'>;
type SpecBody = components['schemas']['Spec'];
