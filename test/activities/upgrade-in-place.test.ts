import { upgradeJob, upgradeUsers } from '../../src/activities/private-server/upgrade-container.js';
import { volumeJob } from '../../src/activities/private-server/volume-job.js';
import { type UpgradeInPlaceInput, upgradeInPlace } from '../../src/activities/upgrade-in-place.js';
import type { KubeObject, Pod } from '../../src/model/kube-object.js';
import type { FakeCluster } from '../support/fake-cluster/fake-cluster.js';
import { line } from '../support/private-world.js';
import { stepLaws } from '../support/step-laws.js';
import { StepRig } from '../support/step-rig.js';
import { actOf, envOf, input, newServer, note, podOf, type UpgradeWorld, upgradeWorld as world } from '../support/upgrade-world.js';

const snapshot = { volumeSnapshot: { namespace: 'shop', name: 'before' } };

stepLaws('upgradeInPlace', {
  step: 'upgradeInPlace',
  factory: upgradeInPlace,
  input,
  world,
  done: (fake, result) => {
    expect(result).toEqual({ phase: 'done' });
    const { jobs } = fake as UpgradeWorld;
    const [job] = jobs;
    expect(podOf(job!)).toMatchObject({ restartPolicy: 'Never', securityContext: { runAsUser: 999, runAsGroup: 998 }, containers: [{ image: input.image }] });
    expect(envOf(job!)).toMatchObject({
      ACT: 'upgrade',
      DATA: '/volume/data',
      NEW_DATA: '/volume/pg18/data',
      FROM: '16',
      TO: '18',
      NEW_BIN: '/opt/18/bin',
      SPOIL: 'yes',
    });
    expect(podOf(job!).volumes).toContainEqual({ name: 'permit', secret: { secretName: 'rehelm-private-clone' } });
    expect(podOf(job!).containers[0]?.volumeMounts).toContainEqual({ name: 'users', mountPath: '/etc/passwd', subPath: 'passwd', readOnly: true });
    expect(podOf(job!).volumes).toContainEqual({
      name: 'users',
      configMap: { name: 'rehelm-private-clone', items: [{ key: expect.stringMatching(/^users-./), path: 'passwd' }] },
    });
    expect(Object.values((fake.find(note) as { data?: object }).data ?? {})).toEqual([expect.stringContaining('postgres:x:999:998:')]);
    expect(fake.all('batch/v1', 'Job', 'shop')).toEqual([]);
  },
});

const begun = async (fake: FakeCluster, wanted: UpgradeInPlaceInput = input) => {
  const rig = new StepRig(fake, upgradeInPlace);
  await rig.capture('upgradeInPlace', wanted);
  return rig;
};

const taken = (claim: string, readyToUse: boolean) =>
  ({
    apiVersion: 'snapshot.storage.k8s.io/v1',
    kind: 'VolumeSnapshot',
    metadata: snapshot.volumeSnapshot,
    spec: { source: { persistentVolumeClaimName: claim } },
    status: { readyToUse },
  }) as KubeObject;

test.each<[string, Partial<UpgradeInPlaceInput>, readonly KubeObject[], string]>([
  ['nothing', { wayBack: undefined as never }, [], 'claim clone is not upgraded in place without a snapshot or a clone to come back to'],
  ['its own volume', { wayBack: { claim: input.claim } }, [], 'claim shop/clone is no way back: it has the very volume that is upgraded'],
  ['a claim that is gone', { wayBack: { claim: { namespace: 'shop', name: 'gone' } } }, [], 'claim shop/gone is no way back: it is not there'],
  ['a snapshot that is gone', { wayBack: snapshot }, [], 'VolumeSnapshot shop/before is no way back: it is not there'],
  ['a snapshot of something else', { wayBack: snapshot }, [taken('other', true)], 'VolumeSnapshot shop/before is no way back: it was taken of other'],
  ['a snapshot that is not done', { wayBack: snapshot }, [taken('clone', false)], 'VolumeSnapshot shop/before is no way back: it is not ready to use'],
])('is refused with %s to come back to, and touches nothing', async (_, more, objects, problem) => {
  const fake = world();
  fake.seed(...objects);
  const rig = await begun(fake, { ...input, ...more });
  expect(await rig.check('upgradeInPlace', { ...input, ...more })).toEqual([problem]);
  await expect(rig.act('upgradeInPlace', { ...input, ...more })).rejects.toMatchObject({ type: 'PreflightFailed', message: problem });
  expect(fake.jobs).toEqual([]);
});

test('a snapshot that an earlier step takes is looked for when it is needed', async () => {
  const fake = world();
  const wanted = { ...input, wayBack: snapshot, claimedBy: 'snapshot/clone' };
  const rig = await begun(fake, wanted);
  expect(await rig.check('upgradeInPlace', wanted)).toEqual([]);
  await expect(rig.act('upgradeInPlace', wanted)).rejects.toMatchObject({ type: 'PreflightFailed' });
  fake.seed(taken('clone', true));
  expect(await rig.act('upgradeInPlace', wanted)).toEqual({ phase: 'done' });
});

test('what pg_upgrade says comes through, and the undo still looks at the volume', async () => {
  const fake = world((act) => (act === 'upgrade' ? { failure: { type: 'MissingExtension', message: 'no postgis' } } : { result: { phase: 'reverted' } }));
  const rig = await begun(fake);
  await expect(rig.act('upgradeInPlace', input)).rejects.toMatchObject({ type: 'MissingExtension', message: expect.stringContaining('no postgis') });
  await rig.undo('upgradeInPlace');
  expect(fake.jobs.map(actOf)).toEqual(['upgrade', 'revert']);
  expect(podOf(fake.jobs[1]!).volumes?.map(({ name }) => name)).not.toContain('permit');
});

test('an undo that needs the snapshot waits for a person, and can be repeated', async () => {
  const fake = world((act) => (act === 'upgrade' ? { result: { phase: 'done' } } : { failure: { type: 'SnapshotNeeded', message: 'only before is' } }));
  const rig = await begun(fake);
  await rig.act('upgradeInPlace', input);
  await expect(rig.undo('upgradeInPlace')).rejects.toMatchObject({ type: 'SnapshotNeeded' });
  expect(fake.find(note)).toBeDefined();
  fake.behaviour.job = () => ({ succeeded: true, log: line({ result: { phase: 'untouched' } }) });
  await rig.undo('upgradeInPlace');
  expect(fake.find(note)).toBeUndefined();
});

test('nothing is moved under a server that runs on the volume: an undo waits until it is stopped', async () => {
  const fake = world();
  const rig = await begun(fake);
  await rig.act('upgradeInPlace', input);
  const server = newServer();
  fake.seed(server);
  await expect(rig.undo('upgradeInPlace')).rejects.toMatchObject({ type: 'SourceAwake', message: expect.stringContaining('in use by Pod db-18-0') });
  expect(fake.jobs.map(actOf)).toEqual(['upgrade']);
  fake.seed({ ...server, status: { phase: 'Succeeded' } } as KubeObject);
  await rig.undo('upgradeInPlace');
  expect(fake.jobs.map(actOf)).toEqual(['upgrade', 'revert']);
});

test('a Job that a stalled worker creates after its run was taken back never starts, not even once the next run is at the volume', async () => {
  const fake = world();
  const first = await begun(fake);
  await first.act('upgradeInPlace', input);
  await first.undo('upgradeInPlace');
  const act = { run: first.run, epoch: 1, step: 'upgradeInPlace' };
  for (const task of ['upgrade', 'revert'] as const) fake.seed(volumeJob(upgradeJob(input, task, act), act));
  fake.seed(upgradeUsers(input, { run: 'r2' }));
  expect(fake.jobs.map(actOf)).toEqual(['upgrade', 'revert']);
  expect(fake.all<Pod>('v1', 'Pod', 'shop').map(({ status }) => status?.phase)).toEqual(['Pending', 'Pending']);
});
