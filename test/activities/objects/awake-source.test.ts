import { lookAtSource } from '../../../src/activities/objects/awake-source.js';
import { scaleDown } from '../../../src/activities/scale-down.js';
import { shop } from '../../support/shop.js';
import { StepRig } from '../../support/step-rig.js';

const workload = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'api' } as const;

async function stopped() {
  const fake = shop();
  const rig = new StepRig(fake, scaleDown);
  const input = { workload, withinSeconds: 2 };
  await rig.capture('scaleDown', input);
  await rig.act('scaleDown', input);
  return { fake, look: () => lookAtSource(rig.adapters.kube, [workload]) };
}

describe('a source that the run stopped', () => {
  test('sleeps', async () => {
    expect((await (await stopped()).look()).awake).toEqual([]);
  });

  test('that somebody scaled up is named', async () => {
    const { fake, look } = await stopped();
    await fake.patch(workload, { spec: { replicas: 1 } });
    expect((await look()).awake).toEqual(['Deployment shop/api was scaled to 1 by somebody']);
  });

  test('that somebody scaled up and down again is not what it was', async () => {
    const { fake, look } = await stopped();
    const { generations } = await look();
    expect((await look()).generations).toEqual(generations);
    for (const replicas of [1, 0]) await fake.patch(workload, { spec: { replicas } });
    expect((await look()).generations).not.toEqual(generations);
  });

  test('that somebody deleted writes nothing', async () => {
    const { fake, look } = await stopped();
    await fake.delete(workload);
    expect(await look()).toEqual({ awake: [], ending: [], generations: {} });
  });
});
