import type { Adapters } from '../../src/activities/adapters.js';
import { helmInstall } from '../../src/activities/helm-install.js';
import type { KubeObject, Secret } from '../../src/model/kube-object.js';
import type { FakeCluster } from '../support/fake-cluster/fake-cluster.js';
import { createFakeHelm } from '../support/fake-cluster/fake-helm.js';
import { beforeInstall, chart, charts, refs, release } from '../support/shop-chart.js';
import { stepLaws } from '../support/step-laws.js';
import { StepRig } from '../support/step-rig.js';

const input = { release, chart, values: { inline: { type: 'ClusterIP' } }, set: { replicas: 3 }, timeoutSeconds: 60 };

let latest: FakeCluster;
const world = (): FakeCluster => {
  latest = beforeInstall();
  return latest;
};
/** Helm over the world that was made last: each rig gets its own. */
const factory = (adapters: Adapters) => helmInstall({ ...adapters, helm: createFakeHelm(latest, charts) });

stepLaws('helmInstall, among objects that were adopted, carried and handed over', {
  step: 'helmInstall',
  factory,
  input,
  world,
  done: (fake, result) => {
    expect(result).toEqual({ revision: 1, chart: 'shop', chartVersion: '2.0.0', appVersion: '2.0', values: input.values, set: input.set });
    expect(fake.find<KubeObject & { spec: object }>(refs.web)?.spec).toMatchObject({ replicas: 3 });
    expect(fake.find<KubeObject & { spec: object }>(refs.service)?.spec).toMatchObject({ type: 'ClusterIP' });
  },
});

async function begun(more: object = {}) {
  const fake = world();
  const rig = new StepRig(fake, factory);
  await rig.capture('helmInstall', { ...input, ...more });
  return { fake, rig };
}

const uid = (fake: FakeCluster, ref: (typeof refs)[keyof typeof refs]) => fake.find(ref)?.metadata.uid;
const helmOf = (fake: FakeCluster) => createFakeHelm(fake, charts);
const theirHelm = (fake: FakeCluster, more: object = {}) =>
  helmOf(fake).upgradeInstall({ release, chart, values: {}, labels: {}, timeoutSeconds: 60, description: '', ...more });

describe('helmInstall', () => {
  test('what was there before keeps its uid through install and undo, and gets its former fields back', async () => {
    const { fake, rig } = await begun();
    const kept = [refs.role, refs.app, refs.files] as const;
    const [before, uids] = [kept.map((ref) => fake.find(ref)), kept.map((ref) => uid(fake, ref))];
    await rig.act('helmInstall', input);
    expect(fake.find(refs.role)).toMatchObject({ rules: [{ verbs: ['get', 'list', 'watch'] }], metadata: { labels: { chart: 'shop-2', tier: 'edge' } } });
    await rig.undo('helmInstall');
    expect(kept.map((ref) => uid(fake, ref))).toEqual(uids);
    expect(fake.find(refs.role)).toMatchObject({ rules: [{ verbs: ['get'] }] });
    expect(fake.find(refs.app)).toMatchObject({ data: (before[1] as Secret).data });
    expect(fake.find(refs.files)?.metadata.labels).toEqual(before[2]?.metadata.labels);
  });

  test('a claim that was handed over stays bound, and its volume is never destroyed', async () => {
    const { fake, rig } = await begun();
    await rig.act('helmInstall', input);
    await rig.undo('helmInstall');
    expect(fake.find(refs.files)).toMatchObject({ status: { phase: 'Bound' }, spec: { volumeName: 'pv-files' } });
    expect(fake.destroyed).toEqual([]);
  });

  test('a claim that was handed over and that somebody deleted is not made anew, empty, by the chart', async () => {
    const more = { adopts: [refs.files] };
    const { fake, rig } = await begun(more);
    await fake.delete(refs.files);
    await expect(rig.act('helmInstall', { ...input, ...more })).rejects.toMatchObject({ type: 'NotOurs', message: expect.stringContaining('shop-helm/files') });
    expect(fake.find(refs.files)).toBeUndefined();
    expect(fake.find(refs.web)).toBeUndefined();
  });

  test('claims that a StatefulSet of the release made from its templates go with the undo, and others of the namespace stay', async () => {
    const more = { set: { database: true } };
    const { fake, rig } = await begun(more);
    await rig.act('helmInstall', { ...input, ...more });
    const claims = () => fake.all('v1', 'PersistentVolumeClaim', 'shop-helm').map(({ metadata }) => metadata.name);
    expect(claims()).toEqual(['data-db-0', 'files']);
    await rig.undo('helmInstall');
    expect(claims()).toEqual(['files']);
  });

  test('a claim under the name of a template that was there before outlives the undo', async () => {
    const claim = { accessModes: ['ReadWriteOnce'], storageClassName: 'disk', resources: { requests: { storage: '1Gi' } } };
    latest = beforeInstall({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'data-db-0', namespace: 'shop-helm', labels: { app: 'db' } },
      spec: claim,
    } as KubeObject);
    const rig = new StepRig(latest, factory);
    const withDatabase = { ...input, set: { database: true } };
    await rig.capture('helmInstall', withDatabase);
    await rig.act('helmInstall', withDatabase);
    await rig.undo('helmInstall');
    expect(latest.all('v1', 'PersistentVolumeClaim', 'shop-helm')).toHaveLength(2);
  });

  test('pods of the release have ended when the undo is through', async () => {
    const { fake, rig } = await begun();
    await rig.act('helmInstall', input);
    expect(fake.all('v1', 'Pod', 'shop-helm')).toHaveLength(4);
    await rig.undo('helmInstall');
    expect(fake.all('v1', 'Pod', 'shop-helm')).toEqual([]);
  });

  test('a retry with changed values brings them in, and the undo takes everything back that either of them made', async () => {
    const { fake, rig } = await begun();
    const beginning = fake.world();
    fake.failAfter(/create Service shop-helm\/web/);
    await expect(rig.act('helmInstall', input)).rejects.toThrow();
    const changed = { ...input, set: { extra: true } };
    const result = await rig.act('helmInstall', changed);
    expect(result).toMatchObject({ revision: 1, set: { extra: true } });
    expect(fake.find({ ...refs.web, name: 'extra' })).toBeDefined();
    await rig.undo('helmInstall');
    expect(fake.world()).toEqual(beginning);
  });

  test('values that no longer make an object leave nothing of a failed first attempt behind', async () => {
    const first = { ...input, set: { extra: true } };
    const { fake, rig } = await begun(first);
    fake.failAfter(/create Service shop-helm\/web/);
    await expect(rig.act('helmInstall', first)).rejects.toThrow();
    expect(fake.find({ ...refs.web, name: 'extra' })).toBeDefined();
    await rig.act('helmInstall', input);
    expect(fake.find({ ...refs.web, name: 'extra' })).toBeUndefined();
  });

  test('a Job that an earlier release has left under the name of a hook goes with it, and is not run again by the undo', async () => {
    const left = {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'migrate', namespace: 'shop-helm', annotations: { 'helm.sh/hook': 'post-install' } },
      spec: { template: { spec: { containers: [] } } },
      status: { succeeded: 1, conditions: [{ type: 'Complete', status: 'True' }] },
    } as unknown as KubeObject;
    latest = beforeInstall(left);
    const rig = new StepRig(latest, factory);
    await rig.capture('helmInstall', input);
    await rig.act('helmInstall', input);
    await rig.undo('helmInstall');
    expect(latest.all('batch/v1', 'Job', 'shop-helm')).toEqual([]);
  });

  test('after a helm that died half-way it installs again, so that pre-install hooks run', async () => {
    const { fake, rig } = await begun();
    fake.failAfter(/create Secret shop-helm\/sh\.helm\.release/);
    await expect(rig.act('helmInstall', input)).rejects.toThrow();
    expect((await helmOf(fake).latest(release))?.status).toBe('pending-install');
    await rig.act('helmInstall', input);
    expect((await helmOf(fake).history(release)).map(({ revision, status }) => [revision, status])).toEqual([[1, 'deployed']]);
    expect(fake.changes.filter((change) => change === 'create Job shop-helm/migrate')).toHaveLength(1);
  });

  test("somebody else's operation under way is not touched", async () => {
    const { fake, rig } = await begun();
    fake.failAfter(/create Secret shop-helm\/sh\.helm\.release/);
    await expect(theirHelm(fake)).rejects.toThrow();
    await expect(rig.act('helmInstall', input)).rejects.toMatchObject({ type: 'HelmLocked' });
    expect((await helmOf(fake).latest(release))?.status).toBe('pending-install');
  });

  test('a release that somebody made meanwhile is refused, and an undo leaves it alone', async () => {
    const { fake, rig } = await begun();
    await theirHelm(fake);
    const theirs = fake.world({ uids: true });
    await expect(rig.act('helmInstall', input)).rejects.toMatchObject({ type: 'NotOurs' });
    await expect(rig.undo('helmInstall')).rejects.toMatchObject({ type: 'NotOurs' });
    expect(fake.world({ uids: true })).toEqual(theirs);
  });

  test("somebody's upgrade on top is told from ours, though Helm hands our labels on", async () => {
    const { fake, rig } = await begun();
    await rig.act('helmInstall', input);
    await theirHelm(fake, { values: { replicas: 1 } });
    await expect(rig.undo('helmInstall')).rejects.toThrow(/revision 2 of release shop-helm\/shop was made by somebody else/);
    expect(fake.find(refs.web)).toBeDefined();
  });

  test('nothing is installed without a capture', async () => {
    const rig = new StepRig(world(), factory);
    await expect(rig.act('helmInstall', input)).rejects.toMatchObject({ type: 'NotFound' });
    expect(latest.changes).toEqual([]);
  });
});

describe('the check of helmInstall', () => {
  const check = (more: object = {}) => new StepRig(latest, factory).check('helmInstall', { ...input, ...more });

  test('names a release that is there already', async () => {
    world();
    await theirHelm(latest);
    expect(await check()).toEqual(['release shop-helm/shop is there already, revision 1 (deployed) of shop 2.0.0: choose another name or remove it']);
  });

  test("says values that the chart refuses in helm's words", async () => {
    world();
    expect(await check({ set: { broken: true } })).toEqual([expect.stringContaining('broken must not be set')]);
  });

  test('names values that are not there', async () => {
    world();
    expect(await check({ values: { secretRef: { namespace: 'x', name: 'values' } } })).toEqual(['Secret x/values with the values is not there']);
  });

  test('names objects of somebody else where the chart makes its own', async () => {
    const metadata = { name: 'web', namespace: 'shop-helm' };
    latest = beforeInstall({ apiVersion: 'v1', kind: 'Service', metadata, spec: {} } as KubeObject);
    expect(await check()).toEqual(['Service shop-helm/web is there and belongs to no Helm release: remove it, or adopt it where the spec can']);
  });

  test('names what a hook of the chart would delete', async () => {
    const metadata = { name: 'migrate', namespace: 'shop-helm' };
    latest = beforeInstall({ apiVersion: 'batch/v1', kind: 'Job', metadata, spec: { template: { spec: { containers: [] } } } } as KubeObject);
    expect(await check()).toEqual(['Job shop-helm/migrate is there, and a hook of the chart would delete it']);
    expect(await check({ noHooks: true })).toEqual([]);
  });

  test('knows what earlier steps of the plan adopt', async () => {
    latest = beforeInstall();
    await latest.patch(refs.role, { metadata: { annotations: null } });
    expect(await check({ adopts: [refs.role, refs.tokens] })).toEqual([]);
    expect(await check({ adopts: [refs.tokens] })).toEqual([
      'ClusterRole proxy is there and belongs to no Helm release: remove it, or adopt it where the spec can',
    ]);
  });
});
