import type { Api } from '../../src/api/routes/route.js';
import { HttpRuns } from '../../src/runs/http/http-runs.js';
import { atDesk, type Desk, until } from '../cli/support/rehelm.js';
import { hash, planShop, type ShopKind, shopKind, specText } from '../cli/support/shop-kind.js';
import { shop, stop } from '../support/shop.js';
import { startTemporal, stopTemporal } from '../support/temporal.js';
import { apiFor } from './support/portal.js';

beforeAll(startTemporal, 60_000);
afterAll(stopTemporal);

let releases = 0;

/** The commands of the CLI, over HTTP. */
async function scene(kind: ShopKind, body: (desk: Desk, at: { spec: string; id: string; fake: ReturnType<typeof shop> }) => Promise<void>): Promise<void> {
  const fake = shop();
  const release = `far-${++releases}`;
  let api: Promise<Api> | undefined;
  const connect = async (queue: string) => {
    api ??= apiFor(fake, queue).then(async (made) => {
      await made.listen({ host: '127.0.0.1', port: 0 });
      return made;
    });
    return new HttpRuns({ server: (await api).listeningOrigin });
  };
  await atDesk({ fake, kinds: shopKind(kind), connect }, async (desk) => {
    const spec = await desk.file('spec.yaml', specText.replace('release: web', `release: ${release}`));
    await body(desk, { spec, id: `migrate/shop/${release}`, fake });
    await (await api)?.close();
  });
}

const api = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'api' } as const;
const impatientStop = stop('api', { input: { workload: api, withinSeconds: 0.1 }, changeable: ['withinSeconds', 'values'] });

test('a plan is shown, and a wrong spec at its lines', () =>
  scene({}, async ({ rehelm }, { spec }) => expect(await rehelm('plan', '-f', spec)).toMatchObject({ code: 0, out: expect.stringContaining(hash) })).then(() =>
    scene({ invalid: [{ path: ['target', 'chart'], message: 'is not there' }] }, async ({ rehelm }, { spec }) => {
      expect(await rehelm('plan', '-f', spec)).toMatchObject({ code: 2, err: expect.stringContaining(`${spec}:7:3 target.chart: is not there`) });
    }),
  ));

test('a run is started with its plan approved ahead, followed to its end, and taken back', () =>
  scene({ policy: { start: 'ask' } }, async ({ rehelm }, { spec, id, fake }) => {
    const before = shop().world();
    const { code, err, out } = await rehelm('run', '-f', spec, '--approve', 'start', '--plan', hash, '-o', 'json');
    expect({ code, err }).toMatchObject({ code: 0, err: expect.stringMatching(/✓ Keep pv-1/) });
    expect(JSON.parse(out)).toMatchObject({ phase: 'Succeeded', decisions: [{ by: 'ada@example.com', via: 'api' }] });
    expect((await rehelm('status')).out).toContain(id);
    expect((await rehelm('status', id)).out).toContain('Succeeded');
    expect((await rehelm('report', id)).out).toContain('# Move shop to Helm');
    expect(await rehelm('rollback', id, '--reason', 'second thoughts')).toMatchObject({ code: 1, err: expect.stringContaining('--accept-data-loss') });
    expect(await rehelm('rollback', id, '--reason', 'second thoughts', '--accept-data-loss')).toMatchObject({ code: 0 });
    expect(fake.world()).toEqual(before);
    expect((await rehelm('status', id)).out).toContain('RolledBack');
  }));

test('a parked run is decided with a file that travels as a Secret; a second run is refused', () =>
  scene(
    { plan: () => ({ ...planShop(), phases: [{ id: 'prepare', title: 'Prepare', steps: [impatientStop] }] }) },
    async ({ rehelm, file }, { spec, id, fake }) => {
      fake.stalled = true;
      await rehelm('run', '-f', spec, '--detach');
      await until(async () => (await rehelm('status', id)).out.includes('question 1'));
      expect(await rehelm('run', '-f', spec)).toMatchObject({ code: 3, err: expect.stringContaining(`rehelm status ${id}`) });
      fake.stalled = false;
      const values = await file('fixed.yaml', 'password: hunter2\n');
      const { code, err } = await rehelm(
        'decide',
        id,
        '--question',
        '1',
        '--choice',
        'retry',
        '--change',
        `values=@${values}`,
        '--change',
        'withinSeconds=5',
        '--reason',
        'typo',
      );
      expect({ code, err }).toMatchObject({ code: 0 });
      expect((await rehelm('watch', id)).code).toBe(0);
      const { decisions } = JSON.parse((await rehelm('report', id, '-o', 'json')).out);
      expect(decisions).toMatchObject([{ choice: 'retry', change: { withinSeconds: 5, values: { secretRef: { namespace: 'rehelm-system' } } } }]);
    },
  ));

test('where no API answers it says so', () =>
  atDesk({ fake: shop(), kinds: {}, worker: false, connect: async () => new HttpRuns({ server: 'http://127.0.0.1:9' }) }, async ({ rehelm }) => {
    expect(await rehelm('status')).toMatchObject({ code: 1, err: expect.stringContaining('the API does not answer at http://127.0.0.1:9') });
  }));
