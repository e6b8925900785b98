import type { Adapters } from '../../src/activities/adapters.js';
import { copyDatabase } from '../../src/activities/copy-database.js';
import { verifySourceStill } from '../../src/activities/verify-source-still.js';
import { createFakeCluster } from '../support/fake-cluster/fake-cluster.js';
import { adminPassword, server, withDatabases } from '../support/fake-copier.js';
import { stepLaws } from '../support/step-laws.js';
import { StepRig } from '../support/step-rig.js';

const copy = { server, from: 'old', to: 'new', withinSeconds: 60 };
const input = { server, databases: [{ name: 'old', copyStep: 'copy/new' }], withinSeconds: 60 };
const factory = (adapters: Adapters) => ({ ...copyDatabase(adapters), ...verifySourceStill(adapters) });
const world = () => {
  const fake = createFakeCluster();
  return { fake, copier: withDatabases(fake, { data: { old: { orders: ['1', '2'] } }, users: {} }) };
};
const before = async (rig: StepRig) => {
  await rig.capture('copyDatabase', copy, 'copy/new');
  await rig.act('copyDatabase', copy, 'copy/new');
};

stepLaws('verifySourceStill', {
  step: 'verifySourceStill',
  factory,
  input,
  world: () => world().fake,
  before,
  readOnly: true,
  secrets: [adminPassword],
  done: (_, result) => {
    expect(result).toEqual({ databases: [{ name: 'old', documents: 2 }] });
  },
});

test.each([
  ['more documents', ['1', '2', '3'], 'old held 2 documents when it was copied and holds 3 now: what was written since is not in the target'],
  [
    'as many with other contents',
    ['1', 'x'],
    'old held 2 documents when it was copied and holds 2 now, with other contents: what was written since is not in the target',
  ],
])('a source with %s than at the copy is told with its numbers', async (_, orders, message) => {
  const { fake, copier } = world();
  const rig = new StepRig(fake, factory);
  await before(rig);
  copier.put({ data: { ...copier.databases().data, old: { orders } }, users: {} });
  await expect(rig.act('verifySourceStill', input)).rejects.toMatchObject({ type: 'SourceChanged', message });
});
