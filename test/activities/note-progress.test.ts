import { noteProgress } from '../../src/activities/note-progress.js';
import type { KubeObject } from '../../src/model/kube-object.js';
import { createFakeCluster, type FakeCluster } from '../support/fake-cluster/fake-cluster.js';
import { stepLaws } from '../support/step-laws.js';
import { StepRig } from '../support/step-rig.js';
import { stillClock } from '../support/still-clock.js';

stillClock();

const configMap = { namespace: 'iam', name: 'idp-db-upgrade' };
const input = { configMap, phase: 'backup', backup: 'idp-backup' };
const empty = () => {
  const fake = createFakeCluster();
  fake.seed({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'iam' } });
  return fake;
};
const theirs = { owner: 'ada', state: 'completed', completedAt: '2025-01-01T00:00:00.000Z' };
const noted = (): FakeCluster => {
  const fake = empty();
  fake.seed({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'iam', name: 'idp-db-upgrade' }, data: theirs } as KubeObject);
  return fake;
};
const dataOf = (fake: FakeCluster) => fake.find<KubeObject & { readonly data: object }>({ apiVersion: 'v1', kind: 'ConfigMap', ...configMap })?.data;
const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT/);

stepLaws('noteProgress where there is no ConfigMap', {
  step: 'noteProgress',
  factory: noteProgress,
  input,
  world: empty,
  done: (fake) => expect(dataOf(fake)).toEqual({ run: expect.any(String), state: 'running', phase: 'backup', backup: 'idp-backup', startedAt: time }),
});

stepLaws('noteProgress where there is one', {
  step: 'noteProgress',
  factory: noteProgress,
  input: { ...input, completed: true },
  world: noted,
  done: (fake) => expect(dataOf(fake)).toMatchObject({ owner: 'ada', state: 'completed', phase: 'backup', startedAt: time, completedAt: time }),
});

test('noteProgress keeps when its run began, and what the one before it noted comes back', async () => {
  const fake = noted();
  const rig = new StepRig(fake, noteProgress);
  await rig.capture('noteProgress', input, 'first');
  await rig.act('noteProgress', input, 'first');
  const first = dataOf(fake);
  await rig.capture('noteProgress', { ...input, phase: 'restore' }, 'second');
  await rig.act('noteProgress', { ...input, phase: 'restore' }, 'second');
  expect(dataOf(fake)).toEqual({ ...first, phase: 'restore' });
  await rig.undo('noteProgress', 'second');
  expect(dataOf(fake)).toEqual(first);
  await rig.undo('noteProgress', 'first');
  expect(dataOf(fake)).toEqual(theirs);
});
