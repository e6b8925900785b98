import { parse } from 'yaml';
import type { Subject } from '../../src/api/access/roles.js';
import { until } from '../cli/support/rehelm.js';
import { shopKind, specText } from '../cli/support/shop-kind.js';
import { shop } from '../support/shop.js';
import { env, startTemporal, stopTemporal } from '../support/temporal.js';
import { type Answer, apiKey, atPortal, type Portal } from './support/portal.js';
import { knowSearchAttributes } from './support/search-attributes.js';

beforeAll(startTemporal, 60_000);
afterAll(stopTemporal);

const viewer = (name: string, ...namespaces: readonly string[]): Subject => ({ name, isMachine: false, grants: [{ role: 'operator', namespaces }] });
const people: Readonly<Record<string, Subject>> = {
  root: viewer('root', '*'),
  shopkeeper: viewer('shopkeeper', 'shop'),
  banker: viewer('banker', 'bank'),
  both: viewer('both', 'bank', 'shop'),
  nobody: { name: 'nobody', isMachine: false, grants: [] },
};
const as = (name: string) => ({ 'x-test-subject': name });
const subjectOf = async ({ headers }: { readonly headers: Readonly<Record<string, unknown>> }) => people[String(headers['x-test-subject'])]!;

const specOf = (release: string, target: string, source?: string) => ({
  ...parse(specText.replace('release: web', `release: ${release}`).replace('namespace: shop', `namespace: ${target}`)),
  ...(source !== undefined && { source: { namespace: source } }),
});

const ids = ({ body }: Answer): readonly string[] => body.runs.map(({ id }: { id: string }) => id.split('~')[2]).sort();
const waiting = { start: 'ask', searchAttributes: true } as const;

/** Five runs: two of the shop, one that names bank and shop, two of the bank; all wait for their approval. */
async function withRuns(
  body: (portal: Portal, list: (who: string, query?: string) => Promise<Answer>) => Promise<void>,
  searchAttributes = true,
): Promise<void> {
  const settings = { searchAttributes };
  const kinds = shopKind({ policy: { ...waiting, searchAttributes } });
  return atPortal({ fake: shop(), kinds, settings, options: { subjectOf, apiKey } }, async (portal) => {
    const start = (spec: object) => portal.post('/v1/runs', { spec }, as('root'));
    const mark = portal.queue.replaceAll(/\W/g, '-');
    for (const spec of [
      specOf(`a-${mark}`, 'shop'),
      specOf(`b-${mark}`, 'shop'),
      specOf(`mixed-${mark}`, 'bank', 'shop'),
      specOf(`y-${mark}`, 'bank'),
      specOf(`z-${mark}`, 'bank'),
    ])
      expect((await start(spec)).status).toBe(202);
    const list = async (who: string, query = '') => {
      const { status, headers, body: told } = await portal.get(`/v1/runs${query}`, as(who));
      return {
        status,
        headers,
        body: told.runs ? { ...told, runs: told.runs.map((run: { id: string }) => ({ ...run, id: run.id.replace(`-${mark}`, '') })) } : told,
      };
    };
    await until(async () => (await list('root', '?waitingFor=approval')).body.runs.length === 5);
    await body(portal, list);
  });
}

test('where Temporal cannot tell namespaces the list is refused to all but those who see everything', () =>
  withRuns(async (_portal, list) => {
    expect(await list('shopkeeper')).toMatchObject({ status: 409, body: { failure: 'NotFilterable', hint: expect.stringContaining('rehelm setup') } });
    expect(ids(await list('root'))).toEqual(['a', 'b', 'mixed', 'y', 'z']);
    expect(ids(await list('root', '?namespace=shop'))).toEqual(['a', 'b', 'mixed']);
  }, false));

describe('with search attributes', () => {
  beforeAll(knowSearchAttributes);

  test('everybody is listed the runs all of whose namespaces they may see', () =>
    withRuns(async (_portal, list) => {
      expect(ids(await list('root'))).toEqual(['a', 'b', 'mixed', 'y', 'z']);
      expect(ids(await list('shopkeeper'))).toEqual(['a', 'b']);
      expect(ids(await list('banker'))).toEqual(['y', 'z']);
      expect(ids(await list('both'))).toEqual(['a', 'b', 'mixed', 'y', 'z']);
      expect(ids(await list('nobody'))).toEqual([]);
    }));

  test('filters narrow, and never widen what may be seen', () =>
    withRuns(async (portal, list) => {
      expect(ids(await list('both', '?namespace=shop'))).toEqual(['a', 'b', 'mixed']);
      expect(ids(await list('shopkeeper', '?namespace=bank'))).toEqual([]);
      expect(ids(await list('shopkeeper', '?kind=KustomizeToHelm&phase=AwaitingApproval'))).toEqual(['a', 'b']);
      expect(ids(await list('shopkeeper', '?kind=Other'))).toEqual([]);
      const [{ id }] = (await portal.get('/v1/runs?namespace=shop&limit=1', as('shopkeeper'))).body.runs;
      await portal.post(`/v1/runs/${id}/rollback`, { reason: 'not now' }, as('shopkeeper'));
      await until(async () => ids(await list('shopkeeper', '?phase=RolledBack')).length === 1);
      expect(ids(await list('shopkeeper', '?waitingFor=approval')).length).toBe(1);
      expect(ids(await list('shopkeeper', '?waitingFor=decision'))).toEqual([]);
      expect((await list('root', '?phase=Nonsense')).status).toBe(400);
    }));

  test('a run is listed and shown to its owner while its spec is still being read', async () => {
    let read = (): void => undefined;
    const reading = new Promise<void>((done) => {
      read = done;
    });
    const kinds = { ...shopKind({ policy: waiting }), inspectKustomizeToHelm: () => reading.then(() => Promise.reject(new Error('too late'))) };
    await atPortal({ fake: shop(), kinds, settings: { searchAttributes: true }, options: { subjectOf, apiKey } }, async (portal) => {
      try {
        const { body } = await portal.post('/v1/runs', { spec: specOf('slow', 'shop') }, as('shopkeeper'));
        await until(async () => ids(await portal.get('/v1/runs', as('shopkeeper'))).length === 1);
        expect((await portal.get(`/v1/runs/${body.id}`, as('shopkeeper'))).status).toBe(200);
        expect(ids(await portal.get('/v1/runs', as('banker')))).toEqual([]);
        expect((await portal.get(`/v1/runs/${body.id}`, as('banker'))).status).toBe(404);
        await env.client.workflow.getHandle(body.workflowId).terminate();
      } finally {
        read();
      }
    });
  });

  test('page by page everything is told once', () =>
    withRuns(async (portal) => {
      const told: string[] = [];
      let next: string | undefined;
      do {
        const { body } = await portal.get(`/v1/runs?limit=2${next === undefined ? '' : `&cursor=${next}`}`, as('both'));
        expect(body.runs.length).toBeLessThanOrEqual(2);
        told.push(...body.runs.map(({ id }: { id: string }) => id));
        next = body.next;
      } while (next !== undefined);
      expect(new Set(told).size).toBe(told.length);
      expect(told.length).toBeGreaterThanOrEqual(5);
    }));

  test('a cursor opens for its filter and its subject alone, and not when a letter of it was changed', () =>
    withRuns(async (portal, list) => {
      const { next } = (await portal.get('/v1/runs?limit=1&namespace=shop', as('both'))).body;
      expect(Buffer.from(next, 'base64url').toString('latin1')).not.toMatch(/token|shop/);
      expect((await list('both', `?limit=1&namespace=shop&cursor=${next}`)).status).toBe(200);
      expect((await list('both', `?limit=5&namespace=shop&cursor=${next}`)).status).toBe(200);
      const altered = `${next.slice(0, 20)}${next[20] === 'A' ? 'B' : 'A'}${next.slice(21)}`;
      for (const [who, query] of [
        ['root', `?limit=1&namespace=shop&cursor=${next}`],
        ['both', `?limit=1&cursor=${next}`],
        ['both', `?limit=1&namespace=bank&cursor=${next}`],
        ['both', `?limit=1&namespace=shop&cursor=${altered}`],
        ['both', '?limit=1&namespace=shop&cursor=abc'],
      ] as const)
        expect(await list(who, query)).toMatchObject({ status: 422, body: { failure: 'UnknownCursor', detail: expect.stringContaining('cursor') } });
    }));
});
