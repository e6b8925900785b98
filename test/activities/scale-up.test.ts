import type { Adapters } from '../../src/activities/adapters.js';
import { scaleDown } from '../../src/activities/scale-down.js';
import { scaleUp } from '../../src/activities/scale-up.js';
import type { KubeObject } from '../../src/model/kube-object.js';
import { createFakeCluster, type FakeCluster } from '../support/fake-cluster/fake-cluster.js';
import { stepLaws } from '../support/step-laws.js';
import { StepRig } from '../support/step-rig.js';

const workload = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'iam', name: 'web' } as const;
const input = { workload, replicas: 2 };
const labels = { app: 'web' };

const world = (): FakeCluster => {
  const fake = createFakeCluster();
  const template = { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'web:1' }] } };
  fake.seed({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'iam' },
    spec: { replicas: 0, selector: { matchLabels: labels }, template },
  } as KubeObject);
  return fake;
};
const factory = (adapters: Adapters) => ({ ...scaleUp(adapters), ...scaleDown(adapters) });
const pods = (fake: FakeCluster) => fake.all('v1', 'Pod', 'iam').length;

stepLaws('scaleUp', {
  step: 'scaleUp',
  factory,
  input,
  world,
  done: (fake) => {
    fake.settle();
    expect(pods(fake)).toBe(2);
  },
});

test('scaleUp taken back leaves no pod that would write', async () => {
  const fake = world();
  const rig = new StepRig(fake, factory);
  await rig.capture('scaleUp', input);
  await rig.act('scaleUp', input);
  fake.settle();
  await rig.undo('scaleUp');
  expect(pods(fake)).toBe(0);
});
