import type { Adapters } from '../../src/activities/adapters.js';
import { driveDrill } from '../../src/activities/drive-drill.js';
import { prepareDrill } from '../../src/activities/prepare-drill.js';
import type { DrillResult } from '../../src/model/drill.js';
import { orders } from '../support/drill/orders.js';
import { PlayedDrill } from '../support/drill/played-drill.js';
import { course } from '../support/drill-course.js';
import type { FakeCluster } from '../support/fake-cluster/fake-cluster.js';
import { stepLaws } from '../support/step-laws.js';
import { StepRig } from '../support/step-rig.js';

const input = { ...course, withinSeconds: 60 };
const factory = (adapters: Adapters) => ({ ...prepareDrill(adapters), ...driveDrill(adapters) });
const driver = { apiVersion: 'batch/v1', kind: 'Job', namespace: 'rehelm-system', name: 'drill-r1-strict-driver' };

async function prepared(rig: StepRig): Promise<void> {
  await rig.capture('prepareDrill', course, 'prepare');
  await rig.act('prepareDrill', course, 'prepare');
}

stepLaws('driveDrill', {
  step: 'driveDrill',
  factory,
  input,
  world: () => new PlayedDrill(orders).fake,
  before: prepared,
  // The driver works in rehelm-system; what it does to the target it takes back itself.
  readOnly: true,
  secrets: ['pa55word', 't0ken-of-the-pdu'],
  done: (fake: FakeCluster, result) => {
    expect(result).toMatchObject({ verdict: 'green', profile: 'strict', fault: 'nodeOff' });
    expect(fake.find(driver)).toMatchObject({ spec: { backoffLimit: 0 } });
  },
});

test('undone, the driver is gone and has taken its fault back', async () => {
  const played = new PlayedDrill(orders);
  const rig = new StepRig(played.fake, factory);
  await prepared(rig);
  await rig.capture('driveDrill', input);
  const held = played.holdAt('faulted');
  const driving = rig.act('driveDrill', input);
  await held;
  await rig.undo('driveDrill');
  expect(played.fake.find(driver)).toBeUndefined();
  expect(played.acts).toEqual(['fault', 'revert by the driver']);
  expect(await driving.catch((error: Error) => error.message)).toContain('epoch 2');
});

test('a course that was told to end is not begun again: its result is the one that it published', async () => {
  const played = new PlayedDrill(orders);
  const rig = new StepRig(played.fake, factory);
  await prepared(rig);
  await rig.capture('driveDrill', input);
  await rig.act('driveDrill', input);
  await played.fake.delete(driver);
  expect((await rig.act('driveDrill', input)) as unknown as DrillResult).toMatchObject({ verdict: 'green' });
  expect(played.fake.find(driver)).toBeUndefined();
  expect(played.acts).toEqual(['fault', 'revert by the driver']);
});

test('a driver that finds itself on the node that would fail is replaced by one elsewhere', async () => {
  const played = new PlayedDrill(orders);
  played.misplacedOn = 'n1';
  const rig = new StepRig(played.fake, factory);
  await prepared(rig);
  await rig.capture('driveDrill', input);
  expect((await rig.act('driveDrill', input)) as unknown as DrillResult).toMatchObject({ verdict: 'green' });
  const elsewhere = { nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'NotIn', values: ['n1'] }] }] };
  const affinity = { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: elsewhere } };
  expect(played.fake.find(driver)).toMatchObject({ spec: { template: { spec: { affinity } } } });
  expect(played.acts).toEqual(['fault', 'revert by the driver']);
});

test('a course whose request is gone is not begun', async () => {
  const rig = new StepRig(new PlayedDrill(orders).fake, factory);
  await rig.capture('driveDrill', input);
  await expect(rig.act('driveDrill', input)).rejects.toMatchObject({ type: 'NotFound', message: expect.stringContaining('was the course removed?') });
});
