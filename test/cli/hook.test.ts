import { jest } from '@jest/globals';
import type { Job, KubeObject, Workload } from '../../src/model/kube-object.js';
import { createIdp, dataOf, idpSpec } from '../support/postgres-to-ha/play.js';
import { failingOnce } from '../support/product/cases.js';
import { type Around, activitiesOver } from '../support/product/migration.js';
import type { Product } from '../support/product/product.js';
import { startTemporal, stopTemporal } from '../support/temporal.js';
import { atDesk, type Desk, type Typed } from './support/rehelm.js';

beforeAll(startTemporal, 60_000);
afterAll(stopTemporal);
jest.setTimeout(60_000);

const release = { namespace: 'iam', name: 'idp' };
const { target } = idpSpec() as { readonly target: object };
const { installEmpty: _, traffic: _traffic, ...rest } = idpSpec({}) as Record<string, unknown>;
const spec = (more: object = {}) => ({
  ...rest,
  ...{ upgrade: 'hooks', target: { ...target, version: '2.1.0', values: undefined }, approval: 'none', onFailure: { wait: '12h', then: 'wait' } },
  ...more,
});

interface Scene {
  readonly product: Product;
  readonly desk: Desk;
  /** What the hooks' containers have said, in their order. */
  readonly hooks: (Typed & { readonly moment: string })[];
  /** `helm upgrade`, by somebody. */
  upgrade(): Promise<unknown>;
  data(): unknown;
  find(kind: string, name: string): KubeObject | undefined;
}

/** Its hooks' Jobs run the command line for real. */
async function scene(body: (scene: Scene) => Promise<void>, { around, more }: { readonly around?: Around; readonly more?: object } = {}): Promise<void> {
  const product = createIdp();
  const { fake, helm } = product;
  await atDesk({ fake, kinds: activitiesOver(product, around) as never }, async (desk) => {
    const file = await desk.file('spec.yaml', JSON.stringify(spec(more)));
    const hooks: (Typed & { readonly moment: string })[] = [];
    const others = fake.behaviour.job;
    fake.behaviour.job = async (job: Job) => {
      const moment = /^idp-(pre|post)-upgrade$/.exec(job.metadata.name)?.[0].replace('idp-', '');
      if (!moment) return others(job);
      const typed = await desk.rehelm('hook', moment, '-f', file);
      hooks.push({ ...typed, moment });
      return typed.code === 0 ? { succeeded: true } : { failed: typed.err, exitCode: typed.code };
    };
    const upgrade = () =>
      helm.upgradeInstall({ release, chart: { chart: 'idp', version: '2.1.0' }, values: {}, labels: {}, timeoutSeconds: 60, description: 'a person' });
    const find = (kind: string, name: string) => fake.find<KubeObject>({ apiVersion: kind === 'ConfigMap' ? 'v1' : 'apps/v1', kind, namespace: 'iam', name });
    await body({ product, desk, hooks, upgrade, data: () => dataOf(product), find });
  });
}

const replicasOf = (found: KubeObject | undefined) => (found as Workload | undefined)?.spec.replicas;

test('a plain helm upgrade migrates the release by its hooks, and a second one finds nothing to do', () =>
  scene(async ({ product, desk, hooks, upgrade, data, find }) => {
    await upgrade();
    expect(hooks.map(({ moment, code }) => [moment, code])).toEqual([
      ['pre-upgrade', 0],
      ['post-upgrade', 0],
    ]);
    expect(await product.helm.latest(release)).toMatchObject({ revision: 2, status: 'deployed', chartVersion: '2.1.0' });
    expect(data()).toMatchObject({ keycloak: { rows: ['1', '2', '3'] }, rehelm_replaced_keycloak: {} });
    expect(replicasOf(find('Deployment', 'idp-web'))).toBe(2);
    expect(find('ConfigMap', 'idp-db-upgrade')).toMatchObject({ data: { state: 'completed' } });
    expect(JSON.parse((await desk.rehelm('report', 'migrate/iam/idp', '-o', 'json')).out)).toMatchObject({ phase: 'Succeeded', committed: true });

    const before = data();
    await upgrade();
    expect(hooks.slice(2).map(({ moment, code }) => [moment, code])).toEqual([
      ['pre-upgrade', 0],
      ['post-upgrade', 0],
    ]);
    expect(hooks[3]?.err).toContain('nothing is left to be done');
    expect(data()).toEqual(before);
  }));

test('a plain helm rollback finds the old data, and the run can be taken back after it although its members are gone', () =>
  scene(async ({ product: { fake, helm }, desk, upgrade, data, find }) => {
    const former = data();
    await upgrade();
    expect(data()).not.toEqual(former);
    await helm.upgradeInstall({ release, chart: { chart: 'idp', version: '1.0.0' }, values: {}, labels: {}, timeoutSeconds: 60, description: 'a rollback' });
    expect(find('StatefulSet', 'idp-ha')).toBeUndefined();
    const finalized = await desk.rehelm('finalize', 'migrate/iam/idp', '--early', '--reason', 'tidy', '--wait', '30s');
    expect(finalized).toMatchObject({ code: 1, err: expect.stringContaining('data-idp-postgresql-0 is in use again') });
    expect((await desk.rehelm('rollback', 'migrate/iam/idp', '--reason', 'helm went back', '--accept-data-loss', '--wait', '30s')).code).toBe(0);
    expect(find('StatefulSet', 'idp-postgresql')).toMatchObject({ spec: { replicas: 1 } });
    expect(replicasOf(find('Deployment', 'idp-web'))).toBe(2);
    expect(fake.destroyed).toEqual([]);
  }));

test('a restore that fails fails the hook and helm; the next helm upgrade goes on from the dump', () =>
  scene(
    async ({ hooks, upgrade, data, find, product }) => {
      await expect(upgrade()).rejects.toThrow();
      expect(hooks.map(({ moment, code }) => [moment, code])).toEqual([
        ['pre-upgrade', 0],
        ['post-upgrade', 1],
      ]);
      expect(hooks[1]?.err).toMatch(/the connection broke after restore\/keycloak[\s\S]*the next helm upgrade goes on with it/);
      expect(find('ConfigMap', 'idp-db-upgrade')).toMatchObject({ data: { state: 'running', phase: 'restore', backup: 'idp-ha-keycloak-backup' } });

      await upgrade();
      expect(hooks[2]?.err).toContain('attached to migrate/iam/idp, which is under way');
      expect(hooks.slice(2).map(({ moment, code }) => [moment, code])).toEqual([
        ['pre-upgrade', 0],
        ['post-upgrade', 0],
      ]);
      expect(data()).toMatchObject({ keycloak: { rows: ['1', '2', '3'] } });
      expect(await product.helm.latest(release)).toMatchObject({ revision: 3, status: 'deployed' });
    },
    { around: failingOnce('restore/keycloak') },
  ));

test('helm that was taken back while the run waited is refused: the old database was written to since its dump', () =>
  scene(
    async ({ hooks, upgrade, product: { helm }, desk, find }) => {
      await expect(upgrade()).rejects.toThrow();
      const back = { release, chart: { chart: 'idp', version: '1.0.0' }, values: {}, labels: {}, timeoutSeconds: 60, description: 'a rollback' };
      await helm.upgradeInstall(back);
      await expect(upgrade()).rejects.toThrow();
      expect(hooks.at(-1)?.err).toMatch(/went back to idp 1\.0\.0 since this run began[\s\S]*rehelm rollback/);
      await helm.upgradeInstall(back);
      expect((await desk.rehelm('rollback', 'migrate/iam/idp', '--reason', 'helm went back', '--wait', '30s')).code).toBe(0);
      expect(find('StatefulSet', 'idp-postgresql')).toMatchObject({ spec: { replicas: 1 } });
    },
    { around: failingOnce('dump/keycloak') },
  ));

test('a spec that is wrong, and a release that lacks what it names, fail the hook before anything is touched', () =>
  scene(
    async ({ hooks, upgrade, product, find }) => {
      await expect(upgrade()).rejects.toThrow();
      expect(hooks).toMatchObject([{ moment: 'pre-upgrade', code: 2, err: expect.stringContaining('StatefulSet iam/idp-postgres is not there') }]);
      expect(replicasOf(find('Deployment', 'idp-web'))).toBe(2);
      expect(product.fake.find({ apiVersion: 'apps/v1', kind: 'StatefulSet', namespace: 'iam', name: 'idp-postgresql' })).toBeDefined();
    },
    {
      more: {
        source: {
          namespace: 'iam',
          release: 'idp',
          statefulSet: 'idp-postgres',
          password: { secretRef: { name: 'idp-postgresql', key: 'postgres-password' } },
        },
      },
    },
  ));

test('a hook that is killed loses nothing: the run goes on, and the one that comes next finds it', () => {
  const dumping = Promise.withResolvers<void>();
  const killed = Promise.withResolvers<void>();
  const around: Around = async (_name, act, call) => {
    if (act?.step === 'dump/keycloak') {
      dumping.resolve();
      await killed.promise;
    }
    return call();
  };
  return scene(
    async ({ desk, product: { fake }, upgrade, find }) => {
      const file = await desk.file('killed.yaml', JSON.stringify(spec()));
      const others = fake.behaviour.job;
      fake.behaviour.job = async (job: Job) => {
        if (job.metadata.name !== 'idp-pre-upgrade') return others(job);
        const hook = desk.begin(['hook', 'pre-upgrade', '-f', file]);
        await dumping.promise;
        hook.interrupt();
        const { code } = await hook.done;
        killed.resolve();
        return { failed: 'killed', exitCode: code };
      };
      await expect(upgrade()).rejects.toThrow();
      const next = await desk.rehelm('hook', 'pre-upgrade', '-f', file);
      expect(next).toMatchObject({ code: 0, err: expect.stringContaining('attached to migrate/iam/idp') });
      expect(replicasOf(find('Deployment', 'idp-web'))).toBe(0);
      // Helm has applied nothing, so there is nothing that helm would have to take back first.
      expect((await desk.rehelm('rollback', 'migrate/iam/idp', '--reason', 'not today', '--wait', '30s')).code).toBe(0);
      expect(replicasOf(find('Deployment', 'idp-web'))).toBe(2);
    },
    { around },
  );
});

test('a hook waits no longer than it is told to, and the run goes on', () =>
  scene(async ({ desk, upgrade }) => {
    const file = await desk.file('spec.yaml', JSON.stringify(spec()));
    // Nobody's helm waits: there is nothing to be started.
    expect(await desk.rehelm('hook', 'pre-upgrade', '-f', file)).toMatchObject({
      code: 2,
      err: expect.stringContaining('no helm upgrade of release idp waits'),
    });
    await upgrade();
    expect((await desk.rehelm('hook', 'post-upgrade', '-f', file, '--wait', '1s')).code).toBe(0);
  }));
