import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { saveHistory } from '../../../bench/save-history.js';
import { answersWhileHeld } from '../../../bench/window.js';
import { type Fingerprint, sizeOf } from '../../../examples/cognigy/seed/fingerprint.js';
import type { Report } from '../../../src/model/report.js';
import type { components } from '../../../src/runs/http/api-types.js';
import type { OnceHeader } from '../../../src/runs/http/http-calls.js';
import { pathOf } from '../../../src/runs/run-id.js';
import { copiedTwice, killDuringCopy } from '../story/kustomize-to-helm.js';
import { differences, fingerprint, proxyAddress } from '../story/product.js';
import { kubectl, soon } from '../story/tools.js';
import { type Eyes, probe, runId } from '../story/watch.js';
import type { PortalClient } from './client.js';
import { type Following, follow, type RunEvent } from './follow.js';
import type { Servers } from './servers.js';
import { decided, runsOf, type Struck, struck } from './strikes.js';

export interface Portal {
  readonly servers: Servers;
  readonly portal: PortalClient;
  /** Looks only; nothing is steered by them. */
  readonly eyes: Eyes;
  readonly temporal: Client;
  readonly folder: string;
  readonly tell: (line: string) => void;
}

/** A spec and the files that it names, as the API takes them. */
export type SpecBody = components['schemas']['StartRequest'];

type Waiting = Extract<RunEvent, { readonly type: 'waiting' }>;
const waitsForStart = (event: RunEvent): event is Waiting & { readonly plan: string } => event.type === 'waiting' && event.gate === 'start';
const asks = (event: RunEvent): event is Waiting => event.type === 'waiting' && event.question !== undefined;
const endsOrAsks = (event: RunEvent): event is RunEvent => asks(event) || (event.type === 'phase' && event.phase === 'RolledBack');

const id = pathOf(runId);
const params = { path: { id } } as const;
const updates = (verb: string) => ({ method: 'UpdateWorkflowExecution', mentions: [runId, verb] }) as const;

/** The main job through the API alone, from its preview until the source serves again, with API, worker and Temporal each killed between a send and its answer. Throws where anything is not as promised. */
export async function migrateByPortal(at: Portal, body: SpecBody) {
  const { servers, eyes, tell, folder } = at;
  const { place } = servers;
  const before = await fingerprint(place, 'default', false);
  const strikes: Struck[] = [];
  const probing = probe(await proxyAddress(place, 'default'));
  const following = await start(at, body, strikes);
  await killDuringCopy(servers, eyes, tell);
  await commit(at, await pauseAndGoOn(at, following, strikes), strikes);
  probing.add(await proxyAddress(place, 'cognigy-ai'));
  const events = await following.ended();
  demandSame(await allEvents(at), following.events);
  const report = await reportOf(at, id);
  if (report.phase !== 'Succeeded') throw new Error(`${report.phase}: ${report.cause ?? 'without a cause'}`);
  await soon('an answer of the target', 60, async () => (probing.samples.at(-1)?.ok ? true : undefined));
  const downtimeSeconds = await probing.stop();
  tell(`migrated; users were out for ${downtimeSeconds.toFixed(1)} s, ${events.cuts} streams were cut`);
  const found = differences(before, await fingerprint(place, 'cognigy-ai', true), true);
  if (found.length > 0) throw new Error(`the target's data differs:\n${found.join('\n')}`);
  const times = await saveHistory(place, runId, join(folder, 'history.json'));
  const back = await rollBack(at, before, strikes);
  const { phases, steps, checks, decisions } = report;
  return {
    phases,
    steps: steps.map(({ result: _, ...step }) => step),
    checks,
    decisions,
    downtimeSeconds,
    forwardSeconds: times.wallSeconds - times.waitingSeconds,
    rollbackSeconds: back.seconds,
    overheadSeconds: times.overheadSeconds,
    times,
    answersWhileHeld: answersWhileHeld(probing.samples, report).length,
    workerKills: 1,
    bytesCopiedTwice: copiedTwice(report),
    parity: { ...sizeOf(before), equal: true },
    rolledBackServes: back.serves,
    strikes,
    events,
  };
}

/** Previewed, started, and the start approved of just the plan that was previewed. */
async function start(at: Portal, body: SpecBody, strikes: Struck[]): Promise<Following> {
  const { portal, temporal, tell } = at;
  const { hash, problems } = await portal.read(() => portal.client.POST('/v1/plans', { body }));
  if (problems.length > 0) throw new Error(`what stands in the way: ${problems.map(({ message }) => message).join('; ')}`);
  tell(`previewed: ${hash}`);
  const moment = { at: 'answered', method: 'StartWorkflowExecution', mentions: [runId, 'kustomizeToHelm'] } as const;
  const begun = await struck(at, { verb: 'start', victim: 'api', moment }, (header) => portal.client.POST('/v1/runs', { params: { header }, body }));
  strikes.push({ ...begun.record, effects: await runsOf(temporal, begun.data.workflowId) });
  const following = follow(portal, begun.data.id);
  const { plan } = await following.until('the gate of the start', 180, waitsForStart);
  if (plan !== hash) throw new Error(`previewed was ${hash}, to be approved is ${plan}`);
  const approving = { verb: 'approve', victim: 'temporal', moment: { at: 'answered', ...updates('approve') } } as const;
  const approved = await struck(at, approving, (header) =>
    portal.client.POST('/v1/runs/{id}/approve', { params: { ...params, header }, body: { gate: 'start', plan, reason: 'CHG-4711' } }),
  );
  strikes.push({ ...approved.record, effects: decided(await reportOf(at, id), 'start', 'approve') });
  return following;
}

/**
 * Somebody has it stand still in the middle of the copy, and somebody answers what it asks then, until it waits for its commit. Steps whose worker died ask
 * one by one to be tried again; the first answer is the one that a worker is killed at.
 */
async function pauseAndGoOn(at: Portal, following: Following, strikes: Struck[]): Promise<string> {
  const { portal, tell } = at;
  await portal.send((header) => portal.client.POST('/v1/runs/{id}/pause', { params: { ...params, header }, body: { reason: 'the data centre calls' } }));
  for (let answered = 0; ; ) {
    const isNext = (event: RunEvent): event is Waiting => event.type === 'waiting' && (event.gate === 'commit' || (event.question?.number ?? 0) > answered);
    const { question, plan } = await following.until('a question or the commit', 900, isNext);
    if (!question) {
      if (answered === 0 || plan === undefined) throw new Error('the run did not stand still');
      return plan;
    }
    tell(`parked: ${question.text}`);
    await answer(at, question, answered === 0 ? strikes : undefined);
    answered = question.number;
  }
}

async function answer(at: Portal, { number, choices }: NonNullable<Waiting['question']>, strikes?: Struck[]): Promise<void> {
  const { portal } = at;
  const choice = (['retry', 'resume'] as const).find((each) => choices.includes(each));
  if (!choice) throw new Error(`it cannot go on: ${choices.join(', ')}`);
  const body = { question: number, choice, reason: 'it was nothing' };
  const call = (header: OnceHeader) => portal.client.POST('/v1/runs/{id}/decide', { params: { ...params, header }, body });
  if (!strikes) return void (await portal.send(call));
  const done = await struck(at, { verb: 'decide', victim: 'worker', moment: { at: 'asked', ...updates('decide') } }, call);
  const { decisions } = await reportOf(at, id);
  strikes.push({ ...done.record, effects: decisions.filter((each) => each.choice === choice).length });
}

async function commit(at: Portal, plan: string, strikes: Struck[]): Promise<void> {
  const done = await struck(at, { verb: 'commit', victim: 'api', moment: { at: 'answered', ...updates('approve') } }, (header) =>
    at.portal.client.POST('/v1/runs/{id}/approve', { params: { ...params, header }, body: { gate: 'commit', plan, reason: 'looked at it' } }),
  );
  strikes.push({ ...done.record, effects: decided(await reportOf(at, id), 'commit', 'approve') });
}

async function rollBack(at: Portal, before: Fingerprint, strikes: Struck[]) {
  const { portal, servers, temporal, tell } = at;
  const { place } = servers;
  const started = Date.now();
  const moment = { at: 'answered', method: 'StartWorkflowExecution', mentions: [`${runId}/rollback`] } as const;
  const { data, record } = await struck(at, { verb: 'rollback', victim: 'temporal', moment }, (header) =>
    portal.client.POST('/v1/runs/{id}/rollback', { params: { ...params, header }, body: { reason: 'second thoughts', acceptDataLoss: true } }),
  );
  const last = await follow(portal, pathOf(data.workflowId)).until('the end of the rollback', 600, endsOrAsks);
  if (last.type === 'waiting') throw new Error(`the rollback asks: ${last.question?.text}`);
  // Temporal's visibility, by which a run is found, may be late.
  await soon('the run to be told as taken back', 15, async () => {
    const { phase } = await portal.read(() => portal.client.GET('/v1/runs/{id}', { params }));
    return phase === 'RolledBack' ? phase : undefined;
  });
  strikes.push({ ...record, effects: await runsOf(temporal, data.workflowId) });
  const seconds = (Date.now() - started) / 1000;
  await kubectl(place, ['wait', '-n', 'default', 'deployment', '--all', '--for=condition=Available', '--timeout=180s']);
  const address = await proxyAddress(place, 'default');
  const serves = await soon('an answer of the source', 60, async () =>
    (await fetch(`http://${address}/healthz`).catch(() => undefined))?.ok ? true : undefined,
  );
  const found = differences(before, await fingerprint(place, 'default', false), false);
  if (found.length > 0) throw new Error(`the source's data differs after the rollback:\n${found.join('\n')}`);
  tell(`rolled back in ${seconds.toFixed(1)} s; the source serves, with its data as it was`);
  return { seconds, serves };
}

/**
 * What the streams told piece by piece, over every death, is what is told at once. Their times may differ: a worker tells of what Temporal,
 * which died, did not keep; then it is done again, some seconds later.
 */
function demandSame(atOnce: readonly RunEvent[], streamed: readonly RunEvent[]): void {
  const withoutTimes = (name: string, value: unknown) => (['at', 'deadline'].includes(name) ? undefined : value);
  const [one, other] = [atOnce, streamed].map((events) => events.map((event) => JSON.stringify(event, withoutTimes)));
  const differing = one!.findIndex((event, index) => event !== other![index]);
  if (differing >= 0 || one!.length !== other!.length)
    throw new Error(`told at once: ${one!.length} events, ${one![differing]}; streamed: ${other!.length}, ${other![differing]}`);
}

/** While a run is open its report is seen by `now`. */
async function reportOf({ portal }: Portal, run: string): Promise<Report> {
  const { report } = await portal.read(() => portal.client.GET('/v1/runs/{id}/now', { params: { path: { id: run } } }));
  return report as unknown as Report;
}

async function allEvents({ portal }: Portal): Promise<readonly RunEvent[]> {
  const told = await portal.read(() => portal.client.GET('/v1/runs/{id}/events', { params, headers: { accept: 'application/json' } }));
  return (told as components['schemas']['RunEvents']).events;
}
