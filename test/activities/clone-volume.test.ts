import { type CloneVolumeInput, cloneVolume } from '../../src/activities/clone-volume.js';
import type { Job, KubeObject } from '../../src/model/kube-object.js';
import { createFakeCluster, type FakeCluster } from '../support/fake-cluster/fake-cluster.js';
import { claimOf, line, volumeOf } from '../support/private-world.js';
import { stepLaws } from '../support/step-laws.js';
import { StepRig } from '../support/step-rig.js';
import { podOf } from '../support/upgrade-world.js';

const input: CloneVolumeInput = {
  claim: { namespace: 'shop', name: 'data-db-0-before-2' },
  user: { uid: 999, gid: 998 },
  to: { namespace: 'shop', name: 'data-db-0' },
  image: 'registry.example.com/both:16-18',
  release: { namespace: 'shop', name: 'shop' },
  withinSeconds: 2,
};
const clone = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', ...input.to };
const result = { files: 3, bytes: 4096 };

interface World extends FakeCluster {
  readonly jobs: Job[];
}

function world(told: object = { result }): World {
  const fake = createFakeCluster();
  const jobs: Job[] = [];
  fake.seed(volumeOf('pv-1'), claimOf(input.claim.name, 'pv-1'));
  fake.behaviour.job = (job) => {
    jobs.push(job);
    return 'failure' in told ? { failed: 'no', log: line(told) } : { succeeded: true, log: `copied 1 of 4 KiB\n${line(told)}` };
  };
  return Object.assign(fake, { jobs });
}

stepLaws('cloneVolume', {
  step: 'cloneVolume',
  factory: cloneVolume,
  input,
  world,
  done: (fake, answer) => {
    expect(answer).toEqual(result);
    const [job] = (fake as World).jobs;
    expect(podOf(job!)).toMatchObject({ securityContext: { runAsUser: 999, runAsGroup: 998 }, containers: [{ image: input.image }] });
    expect(podOf(job!).volumes).toEqual([
      { name: 'data', persistentVolumeClaim: { claimName: 'data-db-0' } },
      { name: 'source', persistentVolumeClaim: { claimName: 'data-db-0-before-2', readOnly: true } },
      { name: 'permit', configMap: { name: 'rehelm-private-data-db-0-clone', items: [{ key: expect.stringMatching(/^run-./), path: 'permit' }] } },
    ]);
    expect(fake.find(clone)).toMatchObject({
      metadata: { labels: { 'app.kubernetes.io/managed-by': 'Helm' }, annotations: { 'meta.helm.sh/release-name': 'shop' } },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, storageClassName: 'fast' },
    });
    expect(fake.all('batch/v1', 'Job', 'shop')).toEqual([]);
  },
});

const checked = (fake: FakeCluster, more: Partial<CloneVolumeInput> = {}) => new StepRig(fake, cloneVolume).check('cloneVolume', { ...input, ...more });

test('a claim that is not there, and one under the new name, are refused; where an earlier step makes both nothing is asked', async () => {
  const fake = world();
  fake.seed(claimOf('data-db-0', 'pv-2'), volumeOf('pv-2'));
  const gone = { claim: { namespace: 'shop', name: 'gone' } };
  expect(await checked(fake, gone)).toEqual(['PersistentVolumeClaim shop/gone is not there', 'PersistentVolumeClaim shop/data-db-0 is already there']);
  expect(await checked(fake, { ...gone, claimedBy: 'aside/data-db-0' })).toEqual([]);
});

test('a claim that somebody made under the new name is left alone, now and when it is taken back', async () => {
  const fake = world();
  const rig = new StepRig(fake, cloneVolume);
  await rig.capture('cloneVolume', input);
  fake.seed(claimOf('data-db-0', 'pv-2'), volumeOf('pv-2'));
  await expect(rig.act('cloneVolume', input)).rejects.toMatchObject({ type: 'AlreadyExists' });
  await rig.undo('cloneVolume');
  expect(fake.find(clone)).toMatchObject({ spec: { volumeName: 'pv-2' } });
  expect(fake.jobs).toEqual([]);
});

test('nothing is read under a server that runs on it', async () => {
  const fake = world();
  const volumes = [{ name: 'd', persistentVolumeClaim: { claimName: input.claim.name } }];
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace: 'shop', name: 'db-0' },
    spec: { containers: [{ name: 'db' }], volumes },
    status: { phase: 'Running' },
  };
  fake.seed(pod as KubeObject);
  await expect(new StepRig(fake, cloneVolume).act('cloneVolume', input)).rejects.toMatchObject({ type: 'SourceAwake' });
  expect(fake.find(clone)).toBeUndefined();
});

test('what the script refuses comes through by its name', async () => {
  const fake = world({ failure: { type: 'NoSpace', message: 'cp: No space left on device' } });
  await expect(new StepRig(fake, cloneVolume).act('cloneVolume', input)).rejects.toMatchObject({ type: 'NoSpace' });
});
