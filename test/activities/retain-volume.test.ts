import { retainVolume } from '../../src/activities/retain-volume.js';
import type { KubeObject, PersistentVolume } from '../../src/model/kube-object.js';
import { createFakeCluster } from '../support/fake-cluster/fake-cluster.js';
import { stepLaws } from '../support/step-laws.js';
import { StepRig } from '../support/step-rig.js';

const ref = { apiVersion: 'v1', kind: 'PersistentVolume', name: 'pv-1' };

const world = () => {
  const fake = createFakeCluster();
  const volume: KubeObject & { spec: unknown } = {
    ...ref,
    metadata: { name: 'pv-1' },
    spec: { persistentVolumeReclaimPolicy: 'Delete', capacity: { storage: '1Gi' } },
  };
  fake.seed(volume);
  return fake;
};

stepLaws('retainVolume', {
  step: 'retainVolume',
  factory: retainVolume,
  input: { volume: 'pv-1' },
  world,
  done: (fake) => expect(fake.find<PersistentVolume>(ref)?.spec.persistentVolumeReclaimPolicy).toBe('Retain'),
});

test('a volume that is not there is refused', async () => {
  const rig = new StepRig(createFakeCluster(), retainVolume);
  expect(await rig.check('retainVolume', { volume: 'pv-9' })).toEqual(['PersistentVolume pv-9 is not there']);
});

test('a policy that somebody sets back at once is noticed', async () => {
  const fake = world();
  fake.onChange((change) => {
    if (change.endsWith('persistentVolumeReclaimPolicy=Retain'))
      fake.seed({ ...fake.find<PersistentVolume>(ref)!, spec: { persistentVolumeReclaimPolicy: 'Delete' } } as PersistentVolume);
  });
  const rig = new StepRig(fake, retainVolume);
  await rig.capture('retainVolume', { volume: 'pv-1' });
  await expect(rig.act('retainVolume', { volume: 'pv-1' })).rejects.toMatchObject({ type: 'VolumeNotRetained' });
});
