import { type CarriedSecret, type CarrySecretInput, carrySecret } from '../../src/activities/carry-secret.js';
import type { KubeObject, Metadata, Secret } from '../../src/model/kube-object.js';
import { createFakeCluster, type FakeCluster } from '../support/fake-cluster/fake-cluster.js';
import { stepLaws } from '../support/step-laws.js';
import { StepRig } from '../support/step-rig.js';

const uri = 'mongodb://collector-provider:hunter2@db/collector-provider?tls=true';
const encode = (text: string) => Buffer.from(text).toString('base64');
const decode = (text = '') => Buffer.from(text, 'base64').toString();

const secret = (namespace: string, name: string, data: Readonly<Record<string, string>>, metadata: Partial<Metadata> = {}): Secret => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { namespace, name, ...metadata },
  type: 'Opaque',
  data: Object.fromEntries(Object.entries(data).map(([key, text]) => [key, encode(text)])),
});

const source = secret(
  'shop',
  'collector-provider',
  { uri, password: 'hunter2' },
  { labels: { app: 'collector' }, annotations: { 'kubectl.kubernetes.io/last-applied-configuration': uri } },
);
const input: CarrySecretInput = {
  from: { namespace: 'shop', name: 'collector-provider' },
  to: { namespace: 'shop-helm', name: 'collector' },
  replace: { key: 'uri', from: 'collector-provider', to: 'collector' },
  release: { namespace: 'shop-helm', name: 'shop' },
  kept: true,
};
const plain: CarrySecretInput = { from: input.from, to: input.to };
const target = { apiVersion: 'v1', kind: 'Secret', ...input.to };
const namespace: KubeObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop-helm' } };

const world = (...more: readonly KubeObject[]) => {
  const fake = createFakeCluster();
  fake.seed(source, namespace, ...more);
  return fake;
};
const found = (fake: FakeCluster) => fake.find<Secret>(target);
const equalOne = secret('shop-helm', 'collector', { uri, password: 'hunter2' }, { labels: { mine: 'yes', 'app.kubernetes.io/managed-by': 'me' } });

stepLaws('carrySecret, with a text replaced, for a release to own and keep', {
  step: 'carrySecret',
  factory: carrySecret,
  input,
  world,
  secrets: ['hunter2', encode('hunter2'), encode(uri)],
  done: (fake, result) => {
    expect(decode(found(fake)?.data?.['uri'])).toBe('mongodb://collector:hunter2@db/collector?tls=true');
    expect(decode(found(fake)?.data?.['password'])).toBe('hunter2');
    expect(found(fake)?.metadata.labels).toEqual({ 'app.kubernetes.io/managed-by': 'Helm', 'rehelm.dev/run': 'r1', 'rehelm.dev/step': 'it' });
    expect(found(fake)?.metadata.annotations).toEqual({
      'meta.helm.sh/release-name': 'shop',
      'meta.helm.sh/release-namespace': 'shop-helm',
      'helm.sh/resource-policy': 'keep',
    });
    expect(result).toMatchObject({ name: 'collector', keys: ['password', 'uri'], hash: expect.stringMatching(/^[0-9a-f]{32}$/) });
  },
});

stepLaws('carrySecret, as it is', {
  step: 'carrySecret',
  factory: carrySecret,
  input: plain,
  world: () => world(),
  secrets: ['hunter2'],
  done: (fake) => {
    expect(found(fake)?.data).toEqual(source.data);
    expect(found(fake)?.metadata.annotations).toBeUndefined();
  },
});

stepLaws('carrySecret, under other keys', {
  step: 'carrySecret',
  factory: carrySecret,
  input: { ...plain, keys: ['postgres-password', 'user-password'].map((to) => ({ from: 'password', to })) },
  world: () => world(),
  secrets: ['hunter2'],
  done: (fake, result) => {
    expect(found(fake)?.data).toEqual({ uri: encode(uri), 'postgres-password': encode('hunter2'), 'user-password': encode('hunter2') });
    expect(result).toMatchObject({ keys: ['postgres-password', 'uri', 'user-password'] });
  },
});

stepLaws('carrySecret, of what an earlier step makes', {
  step: 'carrySecret',
  factory: carrySecret,
  input: { ...plain, carriedBy: 'keep' },
  world: () => world(),
  secrets: ['hunter2'],
  done: (fake) => expect(found(fake)?.data).toEqual(source.data),
});

stepLaws('carrySecret, where an equal one is there already', {
  step: 'carrySecret',
  factory: carrySecret,
  input: { ...plain, release: input.release },
  world: () => world(equalOne),
  secrets: ['hunter2'],
  done: (fake) => expect(found(fake)?.metadata.labels).toEqual({ mine: 'yes', 'app.kubernetes.io/managed-by': 'Helm' }),
});

const checked = (fake: FakeCluster, wanted: CarrySecretInput = input) => new StepRig(fake, carrySecret).check('carrySecret', wanted);

test('a source that is not there is refused', async () => {
  expect(await checked(createFakeCluster())).toEqual(['Secret shop/collector-provider is not there']);
});

test('a key or a text to replace that is not in the source is refused, without telling the value', async () => {
  expect(await checked(world(), { ...input, replace: { key: 'url', from: 'a', to: 'b' } })).toEqual(['Secret shop/collector-provider has no key url']);
  expect(await checked(world(), { ...input, replace: { key: 'uri', from: 'orders', to: 'b' } })).toEqual([
    'uri of Secret shop/collector-provider does not contain the text "orders"',
  ]);
});

test('a key that is not there, and two values under one key, are refused without telling a value', async () => {
  const refused = (...keys: NonNullable<CarrySecretInput['keys']>) => checked(world(), { ...plain, keys });
  expect(await refused({ from: 'pasword', to: 'postgres-password' })).toEqual(['Secret shop/collector-provider has no key pasword']);
  expect(await refused({ from: 'password', to: 'uri' })).toEqual(['Secret shop/collector-provider has a value under uri already']);
  expect(await refused({ from: 'uri', to: 'password' }, { from: 'password', to: 'uri' })).toEqual([]);
});

test('nothing is asked of what an earlier step makes: the old one still has the name', async () => {
  const theirs = secret('shop-helm', 'collector', { old: 'x' });
  expect(await checked(world(theirs), { ...plain, from: { namespace: 'shop', name: 'not-yet' }, carriedBy: 'keep' })).toEqual([]);
});

test('another Secret under the target name is refused, naming the keys that differ', async () => {
  const other = secret('shop-helm', 'collector', { uri: 'x', password: 'hunter2', more: 'y' });
  expect(await checked(world(other))).toEqual(['Secret shop-helm/collector is already there and differs from what would be carried: uri, more']);
  expect(await checked(world({ ...equalOne, type: 'kubernetes.io/basic-auth' } as Secret), plain)).toEqual([expect.stringContaining('(type)')]);
});

test('a ServiceAccount’s token is refused', async () => {
  const token = { ...secret('shop', 'token', { token: 'x' }), type: 'kubernetes.io/service-account-token' };
  expect(await checked(world(token), { ...plain, from: { namespace: 'shop', name: 'token' } })).toEqual([
    expect.stringContaining('is the token of a ServiceAccount'),
  ]);
});

test('a different Secret that came after the check is not written over, now or when it is taken back', async () => {
  const fake = world();
  const rig = new StepRig(fake, carrySecret);
  await rig.capture('carrySecret', input);
  fake.seed(secret('shop-helm', 'collector', { uri: 'theirs' }));
  await expect(rig.act('carrySecret', input)).rejects.toMatchObject({
    type: 'AlreadyExists',
    message: 'Secret shop-helm/collector is there and differs: uri, password',
  });
  await rig.undo('carrySecret');
  expect(decode(found(fake)?.data?.['uri'])).toBe('theirs');
});

test('a text that vanished from the source since the check fails without telling the value', async () => {
  const fake = world();
  const rig = new StepRig(fake, carrySecret);
  await rig.capture('carrySecret', input);
  fake.seed(secret('shop', 'collector-provider', { uri: 'hunter2' }));
  await expect(rig.act('carrySecret', input)).rejects.toMatchObject({ type: 'NotFound', message: expect.not.stringContaining('hunter2') });
});

test('a value that is no text keeps every byte', async () => {
  const bytes = Buffer.from([0xff, 0xfe, 0x00, 0x80, 0x41, 0x42, 0xc3]);
  const fake = world({ ...source, data: { uri: bytes.toString('base64') } } as Secret);
  const rig = new StepRig(fake, carrySecret);
  await rig.act('carrySecret', { ...input, replace: { key: 'uri', from: 'AB', to: 'ü' } });
  expect(Buffer.from(found(fake)?.data?.['uri'] ?? '', 'base64')).toEqual(Buffer.from([0xff, 0xfe, 0x00, 0x80, 0xc3, 0xbc, 0xc3]));
});

test('a Secret that was there and that an uninstall took along is made again as it was', async () => {
  const fake = world(equalOne);
  const beginning = fake.world();
  const rig = new StepRig(fake, carrySecret);
  await rig.capture('carrySecret', { ...plain, release: input.release! });
  await rig.act('carrySecret', { ...plain, release: input.release! });
  await fake.delete(target);
  await rig.undo('carrySecret');
  expect(fake.world()).toEqual(beginning);
});

test('a Secret that was there and that the install wrote over gets its values back', async () => {
  const fake = world(equalOne);
  const beginning = fake.world({ uids: true });
  const rig = new StepRig(fake, carrySecret);
  await rig.capture('carrySecret', plain);
  await rig.act('carrySecret', plain);
  await fake.patch(target, { data: { uri: encode('new'), added: encode('x') } });
  await rig.undo('carrySecret');
  expect(fake.world({ uids: true })).toEqual(beginning);
});

test('a Secret that somebody made anew with other values is left alone', async () => {
  const fake = world(equalOne);
  const rig = new StepRig(fake, carrySecret);
  await rig.capture('carrySecret', plain);
  await rig.act('carrySecret', plain);
  await fake.delete(target);
  fake.seed(secret('shop-helm', 'collector', { uri: 'theirs' }));
  await expect(rig.undo('carrySecret')).rejects.toMatchObject({ type: 'NotOurs' });
});

test('secrets carried side by side are hashed under one key, which no hash of another run shares', async () => {
  const [one, two] = [world(), world()];
  const rig = new StepRig(one, carrySecret);
  const to = (name: string) => ({ ...plain, to: { namespace: 'shop-helm', name } });
  const results = (await Promise.all(['a', 'b', 'c'].map((name) => rig.act('carrySecret', to(name), name)))) as unknown as CarriedSecret[];
  expect(new Set(results.map(({ hash }) => hash)).size).toBe(1);
  const other = (await new StepRig(two, carrySecret).act('carrySecret', plain)) as unknown as CarriedSecret;
  expect(other.hash).not.toBe(results[0]?.hash);
  expect(new Set(results[0]?.hashes).size).toBe(results[0]?.keys.length);
});
