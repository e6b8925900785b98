import { stringify } from 'yaml';
import { specKinds } from '../../src/model/schema/kinds.js';
import { HttpRuns } from '../../src/runs/http/http-runs.js';
import { HttpSchedules } from '../../src/runs/http/http-schedules.js';
import { apiFor } from '../api/support/portal.js';
import { type Course, drilledCluster, drillSpec, drillSteps, nightly } from '../support/drill-kind.js';
import { startTemporal, stopTemporal } from '../support/temporal.js';
import { atDesk, type Desk, until } from './support/rehelm.js';

beforeAll(startTemporal, 60_000);
afterAll(stopTemporal);

type Body = (desk: Desk, at: { readonly name: string; readonly id: string; readonly spec: string }) => Promise<void>;

let names = 0;

/** The two ways on which the commands know the same port. */
const ways = {
  'over Temporal': overTemporal,
  'over the API': overHttp,
} as const;

async function withSpec(desk: Desk, body: Body): Promise<void> {
  const name = `cli-${++names}`;
  await body(desk, { name, id: `drill/web/${name}`, spec: await desk.file('drill.yaml', stringify(drillSpec(name, nightly))) });
}

function overTemporal(course: Course, body: Body): Promise<void> {
  return atDesk({ fake: drilledCluster(), kinds: drillSteps(course) }, (desk) => withSpec(desk, body));
}

async function overHttp(course: Course, body: Body): Promise<void> {
  const fake = drilledCluster();
  let api: ReturnType<typeof apiFor> | undefined;
  const listening = async (queue: string): Promise<string> => {
    api ??= apiFor(fake, queue, { kinds: specKinds }).then(async (made) => {
      await made.listen({ host: '127.0.0.1', port: 0 });
      return made;
    });
    return (await api).listeningOrigin;
  };
  const connect = async (queue: string) => new HttpRuns({ server: await listening(queue) });
  const connectSchedules = async (queue: string) => new HttpSchedules({ server: await listening(queue) });
  await atDesk({ fake, kinds: drillSteps(course), connect, connectSchedules }, (desk) => withSpec(desk, body));
  await (await api)?.close();
}

describe.each(Object.entries(ways))('rehelm schedule %s', (_way, scene) => {
  test('creates a schedule and says what it approved, and which times a clock change drops or doubles', () =>
    scene({ verdict: 'green' }, async ({ rehelm }, { spec, id }) => {
      const { code, out, err } = await rehelm('schedule', 'create', '-f', spec);
      expect({ code, out }).toEqual({ code: 0, out: id });
      expect(err).toMatch(/^approved until 20.*, for spec \w{12}; next 20/);
      expect(err).toMatch(/a clock change leaves out 20\d\d-03-\d\d 02:30: it fires once, at 20\d\d-03-\d\dT01:30:00.000Z/);
      expect(await rehelm('schedule', 'create', '-f', spec)).toMatchObject({ code: 1, err: expect.stringContaining(`there is a schedule ${id} already`) });
      await until(async () => (await rehelm('schedule', 'list')).out.includes(id));
      expect((await rehelm('schedule', 'list')).out).toMatch(new RegExp(`on +${id} +30 2 \\* \\* \\* Europe/Berlin`));
    }));

  test('shows a wrong spec at its lines, and a migration as what nobody schedules', () =>
    scene({ verdict: 'green' }, async ({ rehelm, file }) => {
      const bad = await file('bad.yaml', stringify(drillSpec('bad', { ...nightly, cron: '0 3 * *' })));
      expect(await rehelm('schedule', 'create', '-f', bad)).toMatchObject({
        code: 2,
        err: expect.stringMatching(/bad.yaml:\d+:\d+ schedule.cron: expected five fields/),
      });
      const migration = await file('shop.yaml', stringify(specKinds.KustomizeToHelm.example));
      expect(await rehelm('schedule', 'create', '-f', migration)).toMatchObject({ code: 2, err: expect.stringContaining('cannot be scheduled') });
    }));

  test('pauses, resumes, triggers and deletes, and after a red drill asks for an acknowledgement', () =>
    scene({ verdict: 'red' }, async ({ rehelm }, { spec, id }) => {
      await rehelm('schedule', 'create', '-f', spec);
      expect((await rehelm('schedule', 'pause', id, '--reason', 'holidays')).code).toBe(0);
      expect((await rehelm('schedule', 'show', id)).out).toMatch(/paused\n[\s\S]*paused by ada@.*: holidays/);
      expect((await rehelm('schedule', 'resume', id, '--reason', 'back again')).code).toBe(0);
      const { code, out } = await rehelm('schedule', 'trigger', id, '--reason', 'after the upgrade');
      expect({ code, out }).toMatchObject({ code: 0, out: expect.stringContaining(`${id}-20`) });
      await until(async () => JSON.parse((await rehelm('schedule', 'show', id, '-o', 'json')).out).paused);
      const shown = await rehelm('schedule', 'show', id);
      expect(shown.out).toContain('nobody has acknowledged it');
      expect(shown.out).toMatch(/red +20\S+ +drill\/web\/cli-\d+-20\S+ +DrillRed: asConfigured is red: 3 acknowledged writes are lost/);
      expect(await rehelm('schedule', 'trigger', id, '--reason', 'again')).toMatchObject({ code: 1, err: expect.stringContaining('--acknowledge') });
      expect((await rehelm('schedule', 'resume', id, '--reason', 'slow disk', '--acknowledge')).code).toBe(0);
      expect((await rehelm('schedule', 'delete', id)).code).toBe(0);
      expect(await rehelm('schedule', 'show', id)).toMatchObject({ code: 1, err: expect.stringContaining('rehelm schedule list') });
    }));
});
