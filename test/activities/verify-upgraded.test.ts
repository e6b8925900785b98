import { upgradeUsers } from '../../src/activities/private-server/upgrade-container.js';
import { upgradeInPlace } from '../../src/activities/upgrade-in-place.js';
import { type VerifyUpgradedInput, verifyUpgraded } from '../../src/activities/verify-upgraded.js';
import { stepLaws } from '../support/step-laws.js';
import { StepRig } from '../support/step-rig.js';
import { actOf, envOf, input, newServer, podOf, type UpgradeWorld, upgradeWorld } from '../support/upgrade-world.js';

const { claimedBy: _, ...asked } = input;
const wanted: VerifyUpgradedInput = asked;

stepLaws('verifyUpgraded', {
  step: 'verifyUpgraded',
  factory: (adapters) => ({ ...upgradeInPlace(adapters), ...verifyUpgraded(adapters) }),
  input: wanted,
  world: upgradeWorld,
  before: async (rig) => {
    await rig.capture('upgradeInPlace', input, 'upgrade/clone');
    await rig.act('upgradeInPlace', input, 'upgrade/clone');
  },
  readOnly: true,
  done: (fake, result) => {
    expect(result).toEqual({ phase: 'done' });
    const look = (fake as UpgradeWorld).jobs.at(-1)!;
    expect(envOf(look)).toMatchObject({ ACT: 'look', NEW_DATA: '/volume/pg18/data', TO: '18' });
    expect(podOf(look).volumes?.map(({ name }) => name)).not.toContain('permit');
  },
});

test('whoever runs on the volume meanwhile is named, and nothing is started beside him', async () => {
  const fake = upgradeWorld();
  fake.seed(newServer());
  await expect(new StepRig(fake, verifyUpgraded).act('verifyUpgraded', wanted)).rejects.toMatchObject({
    type: 'SourceAwake',
    message: expect.stringContaining('db-18-0'),
  });
  expect(fake.jobs.map(actOf)).toEqual([]);
});

test('a server that ran meanwhile is no reason to commit', async () => {
  const fake = upgradeWorld(() => ({ failure: { type: 'SourceChanged', message: 'a server of PostgreSQL 18 was started' } }));
  const rig = new StepRig(fake, verifyUpgraded);
  fake.seed(upgradeUsers(input, rig));
  await expect(rig.act('verifyUpgraded', wanted)).rejects.toMatchObject({ type: 'SourceChanged' });
});
