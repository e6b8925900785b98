import type { Adapters } from '../../src/activities/adapters.js';
import { confirmPrecopy } from '../../src/activities/confirm-precopy.js';
import { precopyDatabase } from '../../src/activities/precopy-database.js';
import type { Job } from '../../src/model/kube-object.js';
import { fakePrecopier, password, servers } from '../support/fake-precopier.js';
import { stepLaws } from '../support/step-laws.js';
import { StepRig } from '../support/step-rig.js';

const order = { ...servers, from: 'shop', to: 'store', slotLimitBytes: 1000, withinSeconds: 60 };
const input = { ...order, precopyStep: 'precopy/store' };
const factory = (adapters: Adapters) => ({ ...precopyDatabase(adapters), ...confirmPrecopy(adapters) });

async function copyAhead(rig: StepRig): Promise<void> {
  await rig.capture('precopyDatabase', order, 'precopy/store');
  await rig.act('precopyDatabase', order, 'precopy/store');
}

stepLaws('confirmPrecopy', {
  step: 'confirmPrecopy',
  factory,
  input,
  world: () => fakePrecopier().fake,
  before: copyAhead,
  secrets: [password],
  readOnly: true,
  done: (_, result) => expect(result).toEqual({ lagBytes: 7 }),
});

test('confirmPrecopy goes on where the copy ahead was, under the guard that is at work', async () => {
  const { fake, requests } = fakePrecopier();
  const rig = new StepRig(fake, factory);
  await copyAhead(rig);
  await rig.capture('confirmPrecopy', input, 'ready/store');
  await rig.act('confirmPrecopy', input, 'ready/store');
  expect(requests.map(({ verb }) => verb)).toEqual(['guardPrecopy', 'precopy', 'precopy']);
  expect(requests[2]).toEqual(requests[1]);
  expect(fake.all<Job>('batch/v1', 'Job')).toHaveLength(1);
  // Until the copy ahead is taken back, its slot goes on keeping what the target lacks.
  await rig.undo('confirmPrecopy', 'ready/store');
  expect(fake.all<Job>('batch/v1', 'Job').map(({ metadata }) => metadata.name)).toEqual([expect.stringContaining('guardprecopy')]);
  await rig.undo('precopyDatabase', 'precopy/store');
  expect(fake.all<Job>('batch/v1', 'Job')).toEqual([]);
});

test('confirmPrecopy fails where what was copied ahead is lost, while users still work', async () => {
  const { fake, answers } = fakePrecopier();
  const rig = new StepRig(fake, factory);
  await copyAhead(rig);
  answers.set('precopy', { failure: { type: 'PrecopyLost', message: 'the slot is gone' } });
  await rig.capture('confirmPrecopy', input, 'ready/store');
  await expect(rig.act('confirmPrecopy', input, 'ready/store')).rejects.toMatchObject({ type: 'PrecopyLost', nonRetryable: true });
});
