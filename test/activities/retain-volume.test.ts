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

describe('a claim that somebody deleted during the run', () => {
  const claim = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: 'shop', name: 'files' };
  const bound = () => {
    const fake = world();
    const { namespace, name, ...kind } = claim;
    fake.seed({
      ...kind,
      metadata: { namespace, name },
      spec: { volumeName: 'pv-1', accessModes: [], resources: { requests: { storage: '1Gi' } } },
    } as KubeObject);
    return fake;
  };

  test('leaves the volume retained: with the policy of old the cluster would delete it with its data', async () => {
    const fake = bound();
    const rig = new StepRig(fake, retainVolume);
    await rig.capture('retainVolume', { volume: 'pv-1' });
    await rig.act('retainVolume', { volume: 'pv-1' });
    await fake.delete(claim);
    await expect(rig.undo('retainVolume')).rejects.toMatchObject({
      type: 'VolumeNotRetained',
      message: expect.stringContaining('shop/files was deleted by somebody'),
    });
    expect(fake.find<PersistentVolume>(ref)?.spec.persistentVolumeReclaimPolicy).toBe('Retain');
    expect(fake.destroyed).toEqual([]);
  });

  test('hinders nothing where it is there', async () => {
    const fake = bound();
    const rig = new StepRig(fake, retainVolume);
    await rig.capture('retainVolume', { volume: 'pv-1' });
    await rig.act('retainVolume', { volume: 'pv-1' });
    await rig.undo('retainVolume');
    expect(fake.find<PersistentVolume>(ref)?.spec.persistentVolumeReclaimPolicy).toBe('Delete');
  });
});
