import type { Report } from '../../src/model/report.js';
import { keep, shop, stop } from '../support/shop.js';
import { env, startTemporal, stopTemporal } from '../support/temporal.js';
import { atDesk, type Desk, until } from './support/rehelm.js';
import { hash, planShop, type ShopKind, shopKind, specText } from './support/shop-kind.js';

beforeAll(startTemporal, 60_000);
afterAll(stopTemporal);

let releases = 0;

/** Every test moves a release of its own, since one Temporal serves them all. */
async function scene(kind: ShopKind, body: (desk: Desk, at: { spec: string; id: string; fake: ReturnType<typeof shop> }) => Promise<void>): Promise<void> {
  const fake = shop();
  const release = `web-${++releases}`;
  await atDesk({ fake, kinds: shopKind(kind) }, async (desk) => {
    const spec = await desk.file('spec.yaml', specText.replace('release: web', `release: ${release}`));
    await body(desk, { spec, id: `migrate/shop/${release}`, fake });
  });
}

const before = shop().world();
const api = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'api' } as const;
const impatientStop = stop('api', { input: { workload: api, withinSeconds: 0.1 } });

describe('rehelm plan', () => {
  test('shows the plan with its hash, and changes nothing', () =>
    scene({}, async ({ rehelm }, { spec, fake }) => {
      const { code, out } = await rehelm('plan', '-f', spec);
      expect(code).toBe(0);
      expect(out).toContain('Move shop to Helm');
      expect(out).toContain('• Stop api  (undo: scale down, can be skipped)');
      expect(out).toContain('⏸ commit:');
      expect(out).toContain('- hooks are left out');
      expect(out).toContain(hash);
      expect(fake.allChanges).toEqual([]);
    }));

  test('ends with 3 and lists what stands in the way', () =>
    scene({ problems: [{ check: 'quota', message: '3 GiB are missing' }] }, async ({ rehelm }, { spec }) => {
      const { code, out } = await rehelm('plan', '-f', spec, '-o', 'json');
      expect(code).toBe(3);
      expect(JSON.parse(out)).toMatchObject({ hash, problems: [{ check: 'quota', message: '3 GiB are missing' }] });
    }));

  test('ends with 2 and shows every problem of the spec at its place', () =>
    scene(
      {
        invalid: [
          { path: ['target', 'relase'], message: 'unknown key relase' },
          { path: ['target', 'chart'], message: 'is not there' },
        ],
      },
      async ({ rehelm, file }) => {
        const spec = await file('bad.yaml', specText.replace('release: web', 'relase: web'));
        const { code, err } = await rehelm('plan', '-f', spec);
        expect(code).toBe(2);
        expect(err).toContain(`${spec}:6:3 unknown key relase in target`);
        expect(err).toContain(`${spec}:7:3 target.chart: is not there`);
      },
    ));

  test('sends a file of values as a Secret, the same file under the same name', () => {
    const specs: unknown[] = [];
    return scene({ seen: (spec) => specs.push(spec) }, async ({ rehelm, file }, { fake }) => {
      await file('values.yaml', 'password: hunter2\n');
      const spec = await file('spec-values.yaml', `${specText}  values: values.yaml\n`);
      expect(await rehelm('plan', '-f', spec)).toMatchObject({ code: 0 });
      expect(await rehelm('plan', '-f', spec)).toMatchObject({ code: 0 });
      expect(specs[0]).toMatchObject({
        target: { values: { secretRef: { namespace: 'rehelm-system', name: expect.stringMatching(/^req-/), key: 'values.yaml' } } },
      });
      expect(specs[1]).toEqual(specs[0]);
      expect(JSON.stringify(specs)).not.toContain('hunter2');
      expect(fake.all('v1', 'Secret', 'rehelm-system').filter(({ metadata }) => metadata.name.startsWith('req-'))).toHaveLength(1);
    });
  });

  test('says so at once where no worker is', () =>
    atDesk({ fake: shop(), kinds: {}, worker: false }, async ({ rehelm, file }) => {
      const { code, err } = await rehelm('plan', '-f', await file('spec.yaml', specText));
      expect(code).toBe(1);
      expect(err).toMatch(/no worker serves the task queue .*\n→ rehelm worker starts one/);
    }));
});

describe('rehelm run', () => {
  test('follows a run to its end: progress on standard error, the report as data', () =>
    scene({}, async ({ rehelm }, { spec, id }) => {
      const { code, out, err } = await rehelm('run', '-f', spec, '-o', 'json');
      expect(code).toBe(0);
      expect(err).toContain(`started ${id}`);
      expect(err).toMatch(/✓ Keep pv-1 {2}\d/);
      expect(JSON.parse(out)).toMatchObject({ phase: 'Succeeded', committed: true });
    }));

  test('is refused with 3 where preflight finds problems', () =>
    scene({ problems: [{ check: 'quota', message: '3 GiB are missing' }] }, async ({ rehelm }, { spec, fake }) => {
      const { code, err } = await rehelm('run', '-f', spec);
      expect(code).toBe(3);
      expect(err).toContain('quota: 3 GiB are missing');
      expect(fake.world()).toEqual(before);
    }));

  test('approves ahead the plan that was looked at, and no other', () =>
    scene({ policy: { start: 'ask' } }, async ({ rehelm }, { spec, id }) => {
      const other = await rehelm('run', '-f', spec, '--approve', 'start', '--plan', 'beef', '--detach');
      expect(other.code).toBe(5);
      expect(other.err).toContain(`the plan is now ${hash}, not beef`);
      expect((await rehelm('rollback', id, '--reason', 'not what I saw')).code).toBe(0);
      expect((await rehelm('run', '-f', spec, '--approve', 'start', '--plan', hash)).code).toBe(0);
    }));

  test('with --yes it approves what it shows', () =>
    scene({ policy: { start: 'ask' } }, async ({ rehelm }, { spec }) => {
      const { code, err, out } = await rehelm('run', '-f', spec, '--yes', '-o', 'json');
      expect(code).toBe(0);
      expect(err).toContain('• Keep pv-1');
      expect(JSON.parse(out).decisions).toMatchObject([{ choice: 'approve', by: 'ada@laptop', via: 'cli', reason: 'approved with --yes' }]);
    }));

  test('asks who sits at the terminal; a no leaves the run waiting, with 5', () =>
    scene({ policy: { start: 'ask', commit: 'ask' } }, async ({ begin }, { spec, id }) => {
      const { code, err } = await begin(['run', '-f', spec], { answers: ['y', 'n'] }).done;
      expect(code).toBe(5);
      expect(err).toContain('Start with this plan?');
      expect(err).toContain('Let users in to the target?');
      expect(err).toContain(`Come back with: rehelm watch ${id}`);
    }));

  test('refuses a second run of the same release, and names the first', () =>
    scene({ policy: { start: 'ask' } }, async ({ rehelm }, { spec, id }) => {
      expect((await rehelm('run', '-f', spec, '--detach')).out).toBe(id);
      const second = await rehelm('run', '-f', spec);
      expect(second.code).toBe(3);
      expect(second.err).toContain(`${id} already runs`);
      expect(second.err).toContain(`rehelm status ${id}`);
    }));

  test('Ctrl-C stops looking and not the run, says how to come back, and ends with 130', () =>
    scene({ policy: { start: 'ask' } }, async ({ begin, rehelm }, { spec, id }) => {
      const typing = begin(['run', '-f', spec]);
      await until(() => typing.said().includes('waits for approval of start'));
      typing.interrupt();
      const { code, err } = await typing.done;
      expect(code).toBe(130);
      expect(err).toContain(`rehelm watch ${id}`);
      expect((await rehelm('status', id, '-o', 'json')).out).toContain('AwaitingApproval');
    }));

  test('with --wait it ends with 5 while a person is awaited', () =>
    scene({ policy: { start: 'ask' } }, async ({ rehelm }, { spec, id }) => {
      const { code, err } = await rehelm('run', '-f', spec, '--wait', '1s');
      expect(code).toBe(5);
      expect(err).toContain(`rehelm approve ${id} --gate start --plan ${hash}`);
    }));
});

describe('people', () => {
  test('approve and withdraw by the plan that was looked at', () =>
    scene({ policy: { start: 'ask' } }, async ({ rehelm }, { spec, id }) => {
      await rehelm('run', '-f', spec, '--detach');
      await until(async () => (await rehelm('status', id)).out.includes('waits for approval'));
      const wrong = await rehelm('approve', id, '--gate', 'start', '--plan', 'beef');
      expect(wrong.code).toBe(1);
      expect(wrong.err).toContain(`refused: this run's plan is ${hash}, not beef`);
      const blind = await rehelm('approve', id, '--gate', 'start');
      expect(blind.code).toBe(2);
      expect(blind.err).toContain(`--plan ${hash}`);
      expect((await rehelm('approve', id, '--gate', 'start', '--plan', hash, '--reason', 'CHG-4711')).code).toBe(0);
      expect((await rehelm('watch', id)).code).toBe(0);
      expect((await rehelm('report', id)).out).toContain('CHG-4711');
    }));

  /** Pods of api do not go while the cluster's controllers stand still. */
  const impatient: ShopKind = { plan: () => ({ ...planShop(), phases: [{ id: 'stop', title: 'Stop', steps: [keep, impatientStop] }] }) };

  test('decide what a parked run asks: a rollback ends it with 6 and leaves the world as it was', () =>
    scene(impatient, async ({ begin, rehelm }, { spec, id, fake }) => {
      fake.stalled = true;
      const typing = begin(['run', '-f', spec]);
      await until(() => typing.said().includes('? question 1'));
      expect(typing.said()).toContain(`rehelm decide ${id} --question 1 --choice retry|skip|rollback|wait --reason`);
      const late = await rehelm('decide', id, '--question', '7', '--choice', 'retry', '--reason', 'hm');
      expect(late.err).toContain('refused: question 1 waits, not 7');
      expect((await rehelm('decide', id, '--question', '1', '--choice', 'wait', '--for', '30m', '--reason', 'looking')).code).toBe(0);
      fake.stalled = false;
      expect((await rehelm('decide', id, '--question', '1', '--choice', 'rollback', '--reason', 'not today')).code).toBe(0);
      expect((await typing.done).code).toBe(6);
      expect(fake.world()).toEqual(before);
    }));

  test('retry with a change, and the report keeps who changed what', () =>
    scene(impatient, async ({ begin, rehelm }, { spec, id, fake }) => {
      fake.stalled = true;
      const typing = begin(['run', '-f', spec]);
      await until(() => typing.said().includes('? question 1'));
      fake.stalled = false;
      const decided = await rehelm('decide', id, '--question', '1', '--choice', 'retry', '--change', 'withinSeconds=60', '--reason', 'slow pods');
      expect(decided).toMatchObject({ code: 0, err: 'answered question 1 with retry' });
      expect((await typing.done).code).toBe(0);
      expect((await rehelm('report', id)).out).toContain('retry with `{"withinSeconds":60}`');
    }));

  test('pause a run, and it asks whether to go on', () =>
    scene({ policy: { start: 'ask' } }, async ({ begin, rehelm }, { spec, id }) => {
      const typing = begin(['run', '-f', spec]);
      await until(() => typing.said().includes('waits for approval'));
      expect((await rehelm('pause', id, '--reason', 'phone call')).code).toBe(0);
      await until(() => typing.said().includes('? question 1: ada@laptop: phone call'));
      expect((await rehelm('rollback', id, '--reason', 'they need it')).code).toBe(0);
      expect((await typing.done).code).toBe(6);
    }));

  test('roll back a closed run by a workflow of its own, shown as a phase of the run', () =>
    scene({}, async ({ rehelm }, { spec, id, fake }) => {
      await rehelm('run', '-f', spec);
      const refused = await rehelm('rollback', id, '--reason', 'too slow');
      expect(refused.code).toBe(1);
      expect(refused.err).toContain('is committed');
      const { code } = await rehelm('rollback', id, '--reason', 'too slow', '--accept-data-loss');
      expect(code).toBe(0);
      expect(fake.world()).toEqual(before);
      const report: Report = JSON.parse((await rehelm('report', id, '-o', 'json')).out);
      expect(report.phase).toBe('RolledBack');
      expect(report.steps.map(({ state }) => state)).toEqual(['undone', 'undone', 'undone']);
      expect(report.decisions).toContainEqual(expect.objectContaining({ choice: 'rollback', by: 'ada@laptop', reason: 'too slow' }));
    }));

  test('roll back a terminated run from its journal', () =>
    scene({ policy: { commit: 'ask' } }, async ({ rehelm }, { spec, id, fake }) => {
      expect((await rehelm('run', '-f', spec, '--wait', '2s')).code).toBe(5);
      await env.client.workflow.getHandle(id).terminate('by mistake');
      expect((await rehelm('watch', id)).code).toBe(1);
      expect((await rehelm('status', id)).out).toMatch(/Terminated[\s\S]*Somebody terminated its workflow.*rehelm rollback /);
      expect((await rehelm('rollback', id, '--reason', 'terminated')).code).toBe(0);
      expect(fake.world()).toEqual(before);
      expect((await rehelm('status', id)).out).toContain('RolledBack');
    }));

  test('of a workflow id mean the run that has the release, not a later one that was refused', () =>
    scene({ policy: { commit: 'ask' } }, async ({ rehelm }, { spec, id, fake }) => {
      expect((await rehelm('run', '-f', spec, '--wait', '2s')).code).toBe(5);
      await env.client.workflow.getHandle(id).terminate('by mistake');
      const again = await rehelm('run', '-f', spec);
      expect(again.code).toBe(3);
      expect(again.err).toContain(`rehelm status ${id}`);
      expect((await rehelm('status', id)).out).toContain('Terminated');
      expect((await rehelm('rollback', id, '--reason', 'terminated')).code).toBe(0);
      expect(fake.world()).toEqual(before);
    }));
});

describe('rehelm status', () => {
  test('lists runs and nothing that only looks, newest first', () =>
    scene({ policy: { start: 'ask' } }, async ({ rehelm }, { spec, id }) => {
      await rehelm('plan', '-f', spec);
      await rehelm('run', '-f', spec, '--detach');
      await until(async () => JSON.parse((await rehelm('status', '-o', 'json')).out).length > 0);
      const { out } = await rehelm('status');
      expect(out.split('\n')).toHaveLength(2);
      expect(out).toMatch(new RegExp(`AwaitingApproval +approval +${id}`));
    }));

  test('says which runs there are where a name is unknown', () =>
    scene({}, async ({ rehelm }) => {
      const { code, err } = await rehelm('status', 'nobody');
      expect(code).toBe(1);
      expect(err).toContain('there is no run nobody');
    }));
});

describe('rehelm reap', () => {
  test('removes old Jobs of unknown runs, and never what may hold data', () =>
    scene({}, async ({ rehelm }, { fake }) => {
      const labels = { 'rehelm.dev/run': 'gone', 'rehelm.dev/step': 'x' };
      const creationTimestamp = '2026-01-01T00:00:00Z';
      fake.seed({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'probe', namespace: 'rehelm-system', labels, creationTimestamp } });
      fake.seed({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'carried', namespace: 'shop', labels, creationTimestamp } });
      const listed = await rehelm('reap');
      expect(listed.out).toMatch(/Secret shop\/carried .*no: look at it yourself/);
      expect(listed.err).toContain('1 of 2 orphans can be removed');
      expect((await rehelm('reap', '--delete')).err).toContain('removed 1 object');
      expect(fake.find({ apiVersion: 'v1', kind: 'Secret', namespace: 'shop', name: 'carried' })).toBeDefined();
      expect(fake.find({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'rehelm-system', name: 'probe' })).toBeUndefined();
    }));
});
