import { type DropOldDirectoryInput, dropOldDirectory } from '../../src/activities/drop-old-directory.js';
import { upgradeInPlace } from '../../src/activities/upgrade-in-place.js';
import { labels } from '../../src/model/act.js';
import type { PersistentVolumeClaim } from '../../src/model/kube-object.js';
import { StepRig } from '../support/step-rig.js';
import { actOf, input, newServer, note, podOf, upgradeWorld } from '../support/upgrade-world.js';

const upgradedBy = 'upgrade/clone';
const { workloads: _, ...upgrade } = input;
const wanted: DropOldDirectoryInput = { ...upgrade, upgradedBy };
const step = 'dropOldDirectory';

/** After the run: its directory is upgraded. */
async function upgraded(...given: Parameters<typeof upgradeWorld>) {
  const fake = upgradeWorld(...given);
  const before = fake.world();
  const rig = new StepRig(fake, (adapters) => ({ ...upgradeInPlace(adapters), ...dropOldDirectory(adapters) }));
  await rig.capture('upgradeInPlace', input, upgradedBy);
  await rig.act('upgradeInPlace', input, upgradedBy);
  await rig.capture(step, wanted);
  return { fake, rig, before };
}

test('the old directory goes beside the server that runs on the new one, on its node, and nothing of the run is left around the claim', async () => {
  const { fake, rig, before } = await upgraded();
  fake.seed(newServer('node-7'));
  expect(await rig.act(step, wanted)).toEqual({ dropped: true });
  expect(fake.jobs.map(actOf)).toEqual(['upgrade', 'drop']);
  const { requiredDuringSchedulingIgnoredDuringExecution: required } = (podOf(fake.jobs[1]!)['affinity'] as { nodeAffinity: Record<string, unknown> })
    .nodeAffinity;
  expect(required).toEqual({ nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['node-7'] }] }] });
  expect(fake.world()).toEqual(before);
  expect(await rig.act(step, wanted)).toEqual({ dropped: false });
  expect(fake.jobs).toHaveLength(2);
});

test('where nobody has the volume, any node that gets it will do', async () => {
  const { fake, rig } = await upgraded();
  await rig.act(step, wanted);
  expect(podOf(fake.jobs[1]!)).not.toHaveProperty('affinity');
});

test('a volume that one pod has alone is asked for by name, and left alone', async () => {
  const { fake, rig } = await upgraded();
  const claim = fake.find<PersistentVolumeClaim>({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', ...input.claim })!;
  fake.seed({ ...claim, spec: { ...claim.spec, accessModes: ['ReadWriteOncePod'] } } as PersistentVolumeClaim, newServer());
  await expect(rig.act(step, wanted)).rejects.toMatchObject({ type: 'VolumeUnfit', message: expect.stringContaining('Pod db-18-0 has it') });
  expect(fake.jobs.map(actOf)).toEqual(['upgrade']);
  expect(fake.find(note)).toBeDefined();
});

test('a volume on which no upgrade is done keeps what it has, and the notes of the run', async () => {
  const { fake, rig } = await upgraded((act) =>
    act === 'drop' ? { failure: { type: 'VolumeUnfit', message: 'the upgrade is not done' } } : { result: { phase: 'done' } },
  );
  await expect(rig.act(step, wanted)).rejects.toMatchObject({ type: 'VolumeUnfit' });
  expect(fake.find(note)).toBeDefined();
});

test("another run's upgrade is none of its business", async () => {
  const { fake, rig } = await upgraded();
  const mine = fake.find(note)!;
  fake.seed({ ...mine, metadata: { ...mine.metadata, labels: { ...mine.metadata.labels, [labels.run]: 'another' } } });
  expect(await rig.act(step, wanted)).toEqual({ dropped: false });
  expect(fake.jobs.map(actOf)).toEqual(['upgrade']);
});

test.each(['failAfter', 'failBefore'] as const)('with any write broken (%s), a retry reaches the same end', async (how) => {
  for (let number = 0; number < 4; number += 1) {
    const { fake, rig, before } = await upgraded();
    let seen = 0;
    fake[how](() => seen++ === number);
    const first = await rig.act(step, wanted).catch(() => undefined);
    if (first === undefined) await rig.act(step, wanted);
    expect(fake.world()).toEqual(before);
  }
});

test('there is no way back from it', async () => {
  const { rig } = await upgraded();
  await rig.act(step, wanted);
  await expect(rig.undo(step)).rejects.toMatchObject({ type: 'WouldLoseData', message: expect.stringContaining('PostgreSQL 16 on claim clone') });
});
