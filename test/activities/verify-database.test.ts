import type { Adapters } from '../../src/activities/adapters.js';
import { copyDatabase } from '../../src/activities/copy-database.js';
import { verifyDatabase } from '../../src/activities/verify-database.js';
import { createFakeCluster } from '../support/fake-cluster/fake-cluster.js';
import { adminPassword, server, withDatabases } from '../support/fake-copier.js';
import { stepLaws } from '../support/step-laws.js';
import { StepRig } from '../support/step-rig.js';

const copy = { server, from: 'old', to: 'new', withinSeconds: 60 };
const input = { server, from: 'old', to: 'new', copyStep: 'copy/new', withinSeconds: 60 };
const factory = (adapters: Adapters) => ({ ...copyDatabase(adapters), ...verifyDatabase(adapters) });
const world = () => {
  const fake = createFakeCluster();
  return { fake, copier: withDatabases(fake, { data: { old: { orders: ['1', '2'] } }, users: {} }) };
};
const before = async (rig: StepRig) => {
  await rig.capture('copyDatabase', copy, 'copy/new');
  await rig.act('copyDatabase', copy, 'copy/new');
};

stepLaws('verifyDatabase', {
  step: 'verifyDatabase',
  factory,
  input,
  world: () => world().fake,
  before,
  readOnly: true,
  secrets: [adminPassword],
  done: (_, result) => {
    expect(result).toMatchObject({ documents: 2, collections: 1, equal: true, source: { database: 'old', documents: 2 } });
  },
});

describe('verifyDatabase', () => {
  const copied = async () => {
    const { fake, copier } = world();
    const rig = new StepRig(fake, factory);
    await before(rig);
    return { copier, rig };
  };

  test('names collections and numbers of a target that differs, and looks anew when it is tried again', async () => {
    const { copier, rig } = await copied();
    copier.put({ data: { old: { orders: ['1', '2'] }, new: { orders: ['1'] } }, users: {} });
    await expect(rig.act('verifyDatabase', input)).rejects.toMatchObject({
      type: 'VerifyMismatch',
      message: 'database new differs from old: orders: 2 documents in the source, 1 in the target.',
    });
    copier.put({ data: { old: { orders: ['1', '2'] }, new: { orders: ['1', '2'] } }, users: {} });
    await expect(rig.act('verifyDatabase', input)).resolves.toMatchObject({ equal: true });
  });

  test('compares with what the copy read, so that a target that follows a later write to the source is no copy', async () => {
    const { copier, rig } = await copied();
    copier.put({ data: { old: { orders: ['1', '2', '3'] }, new: { orders: ['1', '2', '3'] } }, users: {} });
    await expect(rig.act('verifyDatabase', input)).rejects.toMatchObject({
      type: 'VerifyMismatch',
      message: expect.stringContaining('2 documents in the source, 3 in the target'),
    });
  });

  test('a source that has a collection more than the copy read has changed', async () => {
    const { copier, rig } = await copied();
    copier.put({ data: { old: { orders: ['1', '2'], late: ['1'] }, new: { orders: ['1', '2'] } }, users: {} });
    await expect(rig.act('verifyDatabase', input)).rejects.toMatchObject({ type: 'SourceChanged' });
  });

  test('without a copy there is nothing to compare with', async () => {
    const { fake } = world();
    await expect(new StepRig(fake, factory).act('verifyDatabase', input)).rejects.toMatchObject({ type: 'NotFound' });
  });
});
