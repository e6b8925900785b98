import { parse } from 'yaml';
import { until } from '../cli/support/rehelm.js';
import { hash, type ShopKind, shopKind, specText } from '../cli/support/shop-kind.js';
import { shop } from '../support/shop.js';
import { startTemporal, stopTemporal } from '../support/temporal.js';
import { atPortal, type Portal } from './support/portal.js';

beforeAll(startTemporal, 60_000);
afterAll(stopTemporal);

interface Told {
  readonly id?: number;
  readonly event: string;
  readonly data: { readonly position?: number; readonly type?: string; readonly phase?: string; readonly state?: string };
}

/** Reads a stream until it ends, or until enough was told. */
async function follow(portal: Portal, url: string, headers: Record<string, string> = {}, enough: (told: readonly Told[]) => boolean = () => false) {
  const stop = new AbortController();
  const response = await fetch(`${portal.api.listeningOrigin}${url}`, { headers: { accept: 'text/event-stream', ...headers }, signal: stop.signal });
  const told: Told[] = [];
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop()!;
    told.push(...blocks.flatMap(readBlock));
    if (enough(told)) break;
  }
  stop.abort();
  return { status: response.status, headers: response.headers, told };
}

function readBlock(block: string): readonly Told[] {
  const fields = Object.fromEntries(block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]));
  if (!fields['event']) return [];
  return [{ event: fields['event'], data: JSON.parse(fields['data'] ?? '{}'), ...(fields['id'] && { id: Number(fields['id']) }) }];
}

let releases = 0;

function scene(kind: ShopKind, body: (portal: Portal, id: string) => Promise<void>): Promise<void> {
  const release = `told-${++releases}`;
  return atPortal({ fake: shop(), kinds: shopKind(kind) }, async (portal) => {
    await portal.api.listen({ host: '127.0.0.1', port: 0 });
    await portal.post('/v1/runs', { spec: parse(specText.replace('release: web', `release: ${release}`)) });
    await body(portal, `migrate~shop~${release}`);
  });
}

const positions = (told: readonly Told[]) => told.flatMap(({ id }) => id ?? []);

test('who follows a run is told every change once, in order, and its end', () =>
  scene({ policy: { start: 'ask' } }, async (portal, id) => {
    await until(async () => (await portal.get(`/v1/runs/${id}`)).body.waitingFor === 'approval');
    const early = follow(portal, `/v1/runs/${id}/events`);
    await portal.post(`/v1/runs/${id}/approve`, { gate: 'start', plan: hash });
    const { status, headers, told } = await early;
    expect({ status, type: headers.get('content-type'), buffering: headers.get('x-accel-buffering') }).toEqual({
      status: 200,
      type: 'text/event-stream; charset=utf-8',
      buffering: 'no',
    });
    expect(positions(told)).toEqual(positions(told).map((_, index) => index + 1));
    expect(told.map(({ event, data }) => `${event} ${data.phase ?? data.state ?? ''}`.trim())).toEqual([
      'phase Planning',
      'phase AwaitingApproval',
      'waiting',
      'decision',
      'waiting',
      'phase Running',
      ...Array.from({ length: 3 }, () => ['step begun', 'step done']).flat(),
      'phase Succeeded',
      'end',
    ]);
  }));

test('who comes back goes on where they were, and is told nothing twice; when all is told, not to come back', () =>
  scene({}, async (portal, id) => {
    const first = await follow(portal, `/v1/runs/${id}/events`, {}, (told) => told.length >= 3);
    const last = positions(first.told)[2]!;
    const second = await follow(portal, `/v1/runs/${id}/events`, { 'last-event-id': String(last) });
    expect(positions(second.told)[0]).toBe(last + 1);
    expect(second.told.at(-1)!.event).toBe('end');
    const end = positions(second.told).at(-1)!;
    expect((await follow(portal, `/v1/runs/${id}/events`, { 'last-event-id': String(end) })).status).toBe(204);
  }));

test('a position that the run never had starts anew', () =>
  scene({ policy: { start: 'ask' } }, async (portal, id) => {
    await until(async () => (await portal.get(`/v1/runs/${id}`)).body.waitingFor === 'approval');
    const { told } = await follow(portal, `/v1/runs/${id}/events`, { 'last-event-id': '999' }, (all) => all.length >= 3);
    expect(told.slice(0, 2)).toMatchObject([{ event: 'reset' }, { id: 1, event: 'phase' }]);
  }));

test('who polls is told the same', () =>
  scene({ policy: { start: 'ask' } }, async (portal, id) => {
    await until(async () => (await portal.get(`/v1/runs/${id}`)).body.waitingFor === 'approval');
    const { body } = await portal.get(`/v1/runs/${id}/events?after=1`);
    expect(body).toMatchObject({
      open: true,
      last: 3,
      events: [
        { position: 2, phase: 'AwaitingApproval' },
        { position: 3, type: 'waiting', gate: 'start', plan: hash },
      ],
    });
  }));
