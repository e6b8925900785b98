import type { Adapters } from '../../src/activities/adapters.js';
import { awaitUpgrade } from '../../src/activities/await-upgrade.js';
import type { KubeObject } from '../../src/model/kube-object.js';
import { createFakeCluster, type FakeCluster } from '../support/fake-cluster/fake-cluster.js';
import { createFakeHelm } from '../support/fake-cluster/fake-helm.js';
import { idpCharts } from '../support/postgres-to-ha/idp-charts.js';
import { StepRig } from '../support/step-rig.js';

const release = { namespace: 'iam', name: 'idp' };
const set = (name: string) => ({ apiVersion: 'apps/v1', kind: 'StatefulSet', namespace: 'iam', name }) as const;
const input = { release, chartVersion: '2.0.0', gone: set('idp-postgresql'), there: set('idp-ha'), withinSeconds: 5 };
const impatient = { ...input, withinSeconds: 0.1 };

let latest: FakeCluster;
const helmOf = (fake: FakeCluster) => createFakeHelm(fake, idpCharts);
const factory = (adapters: Adapters) => awaitUpgrade({ ...adapters, helm: helmOf(latest) });
const upgrade = (version: string) =>
  helmOf(latest).upgradeInstall({ release, chart: { chart: 'idp', version }, values: {}, labels: {}, timeoutSeconds: 60, description: 'a person' });

async function installed(): Promise<StepRig> {
  latest = createFakeCluster();
  latest.seed({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'iam' } }, {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name: 'disk' },
    provisioner: 'fake',
  } as KubeObject);
  await upgrade('1.0.0');
  return new StepRig(latest, factory);
}

const failureOf = (attempt: Promise<unknown>) => attempt.then(() => undefined).catch((error: unknown) => error);

describe('awaitUpgrade', () => {
  test('asks for a helm that waits', async () => {
    const rig = await installed();
    expect(await rig.check('awaitUpgrade', input)).toEqual(['no helm upgrade of release iam/idp waits: it is deployed']);
    latest.failAfter(/create Secret iam\/sh\.helm\.release/);
    await upgrade('2.0.0').catch(() => undefined);
    expect(await rig.check('awaitUpgrade', input)).toEqual([]);
  });

  test('a helm that was taken back since the run began has brought the old writers back, and the dump is not what there is', async () => {
    const rig = await installed();
    for (const version of ['2.0.0', '1.0.0', '2.0.0']) await upgrade(version);
    expect(await failureOf(rig.act('awaitUpgrade', { ...input, since: 1 }))).toMatchObject({
      type: 'SourceChanged',
      message: expect.stringContaining('revision 3 of release iam/idp went back to idp 1.0.0'),
    });
    await rig.act('awaitUpgrade', { ...input, since: 3 }, 'of a run that began later');
  });

  test('tells what helm has not done yet, and is content once the first member serves', async () => {
    const rig = await installed();
    expect(await failureOf(rig.act('awaitUpgrade', impatient))).toMatchObject({
      type: 'TimedOut',
      message: expect.stringMatching(
        /idp is 1\.0\.0, not 2\.0\.0; StatefulSet iam\/idp-postgresql is still there; StatefulSet iam\/idp-ha has no ready replica/,
      ),
    });
    latest.behaviour.pod = () => ({ notReady: 'CrashLoopBackOff' });
    await upgrade('2.0.0');
    latest.settle();
    expect(await failureOf(rig.act('awaitUpgrade', impatient))).toMatchObject({
      message: expect.stringMatching(/missing: StatefulSet iam\/idp-ha has no ready/),
    });
    latest.behaviour.pod = () => 'ready';
    latest.settle();
    await rig.act('awaitUpgrade', input);
  });

  test('changes nothing, and on the way back waits until helm has taken its upgrade back', async () => {
    const rig = await installed();
    await rig.capture('awaitUpgrade', input);
    await upgrade('2.0.0');
    latest.settle();
    const upgraded = latest.world();
    await rig.act('awaitUpgrade', input);
    expect(latest.world()).toEqual(upgraded);
    setTimeout(() => void upgrade('1.0.0'), 300);
    await rig.undo('awaitUpgrade');
    expect(latest.find(input.gone)).toBeDefined();
    // There is nothing to wait for where helm never went on.
    await rig.undo('awaitUpgrade');
  });
});
