import { scaleDown } from '../../src/activities/scale-down.js';
import type { Deployment, KubeObject } from '../../src/model/kube-object.js';
import { createFakeCluster } from '../support/fake-cluster/fake-cluster.js';
import { stepLaws } from '../support/step-laws.js';
import { StepRig } from '../support/step-rig.js';

const workload = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'api' } as const;
const input = { workload, withinSeconds: 5 };

const deployment = (name: string): KubeObject & { spec: unknown } => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'shop' },
  spec: {
    replicas: 3,
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name, image: 'x:1' }] } },
  },
});

const world = () => {
  const fake = createFakeCluster();
  fake.seed(deployment('api'), deployment('web'));
  return fake;
};

stepLaws('scaleDown', {
  step: 'scaleDown',
  factory: scaleDown,
  input,
  world,
  done: (fake) => {
    expect(fake.find<Deployment>(workload)?.spec.replicas).toBe(0);
    expect(fake.all('v1', 'Pod', 'shop').map(({ metadata }) => metadata.labels?.['app'])).toEqual(['web', 'web', 'web']);
  },
});

test('a workload that is not there, or would delete its claims, is refused', async () => {
  const fake = createFakeCluster();
  const rig = new StepRig(fake, scaleDown);
  expect(await rig.check('scaleDown', input)).toEqual(['Deployment shop/api is not there']);
  const { spec, ...set } = { ...deployment('db'), kind: 'StatefulSet' };
  fake.seed({ ...set, spec: { ...(spec as object), persistentVolumeClaimRetentionPolicy: { whenScaled: 'Delete' } } } as KubeObject);
  expect(await rig.check('scaleDown', { ...input, workload: { ...workload, kind: 'StatefulSet', name: 'db' } })).toEqual([
    'StatefulSet shop/db deletes its claims when it is scaled down (persistentVolumeClaimRetentionPolicy.whenScaled): set that to Retain first',
  ]);
});

test('pods that do not end in time are named', async () => {
  const fake = world();
  fake.stalled = true;
  const rig = new StepRig(fake, scaleDown);
  await rig.capture('scaleDown', input);
  await expect(rig.act('scaleDown', { ...input, withinSeconds: 0.05 })).rejects.toMatchObject({
    type: 'TimedOut',
    message: expect.stringMatching(/missing: api-.*, api-/),
  });
});

test('it comes back with the replicas of before the first attempt', async () => {
  const fake = world();
  const rig = new StepRig(fake, scaleDown);
  await rig.capture('scaleDown', input);
  await rig.act('scaleDown', input);
  await rig.capture('scaleDown', input);
  await rig.undo('scaleDown');
  expect(fake.find<Deployment>(workload)?.spec.replicas).toBe(3);
});
