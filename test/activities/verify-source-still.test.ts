import type { Adapters } from '../../src/activities/adapters.js';
import { copyDatabase } from '../../src/activities/copy-database.js';
import { verifySourceStill } from '../../src/activities/verify-source-still.js';
import type { KubeObject } from '../../src/model/kube-object.js';
import { createFakeCluster, type FakeCluster } from '../support/fake-cluster/fake-cluster.js';
import { adminPassword, server, withDatabases } from '../support/fake-copier.js';
import { stepLaws } from '../support/step-laws.js';
import { StepRig } from '../support/step-rig.js';

const copy = { server, from: 'old', to: 'new', withinSeconds: 60 };
const workload = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'api' } as const;
const input = { server, workloads: [workload], databases: [{ name: 'old', copyStep: 'copy/new' }], withinSeconds: 60 };
const stopped = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { namespace: 'shop', name: 'api' },
  spec: { replicas: 0, selector: { matchLabels: { app: 'api' } }, template: { metadata: { labels: { app: 'api' } }, spec: { containers: [{ name: 'api' }] } } },
} as KubeObject;
const factory = (adapters: Adapters) => ({ ...copyDatabase(adapters), ...verifySourceStill(adapters) });
const world = () => {
  const fake = createFakeCluster();
  fake.seed(stopped);
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
    expect(result).toEqual({ at: expect.any(String), generations: { 'Deployment shop/api': 1 }, databases: [{ name: 'old', documents: 2 }] });
  },
  lasting: (result) => ({ ...(result as object), at: '' }),
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

describe('a source that somebody starts again', () => {
  const scaled = (fake: FakeCluster, replicas: number) => fake.patch(workload, { spec: { replicas } });

  async function copied() {
    const { fake, copier } = world();
    const rig = new StepRig(fake, factory);
    await before(rig);
    return { fake, copier, rig };
  }

  test('is named, and may go on once it sleeps', async () => {
    const { fake, rig } = await copied();
    await scaled(fake, 1);
    await expect(rig.act('verifySourceStill', input)).rejects.toMatchObject({
      type: 'SourceAwake',
      message: 'Deployment shop/api was scaled to 1 by somebody: what it writes is in no copy',
    });
    await scaled(fake, 0);
    await expect(rig.act('verifySourceStill', input)).resolves.toMatchObject({ databases: [{ documents: 2 }] });
  });

  async function proved() {
    const { fake, copier, rig } = await copied();
    await rig.capture('verifySourceStill', input, 'still');
    await rig.act('verifySourceStill', input, 'still');
    copier.put({ ...copier.databases(), data: { ...copier.databases().data, old: { orders: ['1', '2', '3'] } } });
    return { fake, again: (freshSeconds: number) => rig.act('verifySourceStill', { ...input, proof: { step: 'still', freshSeconds } }, 'again') };
  }

  test('an earlier proof is good enough while it is fresh and nobody has touched the source', async () => {
    const { again } = await proved();
    await expect(again(60)).resolves.toMatchObject({ databases: [{ documents: 2 }] });
    await expect(again(0)).rejects.toMatchObject({ type: 'SourceChanged' });
  });

  test('an earlier proof is not good enough where a workload ran meanwhile, even if it sleeps by now', async () => {
    const { fake, again } = await proved();
    await scaled(fake, 1);
    await scaled(fake, 0);
    await expect(again(60)).rejects.toMatchObject({ type: 'SourceChanged' });
  });
});
