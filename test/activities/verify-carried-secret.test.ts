import type { Adapters } from '../../src/activities/adapters.js';
import { carrySecret } from '../../src/activities/carry-secret.js';
import { verifyCarriedSecret } from '../../src/activities/verify-carried-secret.js';
import type { Secret } from '../../src/model/kube-object.js';
import { createFakeCluster } from '../support/fake-cluster/fake-cluster.js';
import { stepLaws } from '../support/step-laws.js';
import { StepRig } from '../support/step-rig.js';

const encode = (text: string) => Buffer.from(text).toString('base64');
const source: Secret = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { namespace: 'shop', name: 'db' },
  type: 'Opaque',
  data: { uri: encode('hunter2'), user: encode('ada') },
};
const to = { namespace: 'shop-helm', name: 'db' };
const target = { apiVersion: 'v1', kind: 'Secret', ...to };
const carry = { from: { namespace: 'shop', name: 'db' }, to };
const input = { to, carriedBy: 'carry/db' };

const factory = (adapters: Adapters) => ({ ...carrySecret(adapters), ...verifyCarriedSecret(adapters) });
const world = () => {
  const fake = createFakeCluster();
  fake.seed(source, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop-helm' } });
  return fake;
};
async function before(rig: StepRig): Promise<void> {
  await rig.capture('carrySecret', carry, 'carry/db');
  await rig.act('carrySecret', carry, 'carry/db');
}

stepLaws('verifyCarriedSecret', {
  step: 'verifyCarriedSecret',
  factory,
  input,
  world,
  before,
  readOnly: true,
  secrets: ['hunter2', encode('hunter2')],
  done: (_fake, result) => expect(result).toEqual({ name: 'db', keys: ['uri', 'user'] }),
});

async function verified(patch?: object, more: object = {}) {
  const fake = world();
  const rig = new StepRig(fake, factory);
  await before(rig);
  if (patch) await fake.patch(target, { ...patch });
  return rig.act('verifyCarriedSecret', { ...input, ...more }, 'verify');
}
const mismatch = (words: string) => ({ type: 'VerifyMismatch', message: `Secret shop-helm/db is not what was carried: ${words}` });

test('a key that the chart adds is fine where it may have more; another value never is', async () => {
  const more = { mayHaveMore: true };
  await expect(verified({ data: { more: encode('x') } }, more)).resolves.toBeDefined();
  await expect(verified({ data: { more: encode('x'), uri: encode('y') } }, more)).rejects.toMatchObject(mismatch('uri differs'));
  await expect(verified({ data: { user: null } }, more)).rejects.toMatchObject(mismatch('user is missing'));
});

test('a chart that changes labels only is fine', async () => {
  await expect(verified({ metadata: { labels: { chart: 'shop' } } })).resolves.toBeDefined();
});

test.each([
  ['a value that the install wrote over', { data: { uri: encode('generated') } }, 'uri differs'],
  ['a key that is gone', { data: { user: null } }, 'user is missing'],
  ['a key that was added', { data: { more: encode('x') } }, 'more was added'],
  ['another type', { type: 'kubernetes.io/basic-auth' }, 'its type differs'],
])('%s is named, without its value', async (_, patch, words) => {
  await expect(verified(patch)).rejects.toMatchObject(mismatch(words));
});

test('a Secret that is gone is said to be gone', async () => {
  const fake = world();
  const rig = new StepRig(fake, factory);
  await before(rig);
  await fake.delete(target);
  await expect(rig.act('verifyCarriedSecret', input)).rejects.toMatchObject({ type: 'VerifyMismatch', message: 'Secret shop-helm/db is not there any more' });
});

test('without a noted hash there is nothing to compare with', async () => {
  const fake = world();
  fake.seed({ ...source, metadata: to } as Secret);
  await expect(new StepRig(fake, factory).act('verifyCarriedSecret', input)).rejects.toMatchObject({ type: 'NotFound' });
});
