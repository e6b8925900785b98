import { Decrypter, generateIdentity, identityToRecipient } from 'age-encryption';
import { parseAllDocuments } from 'yaml';
import { escrowSecrets } from '../../src/activities/escrow-secrets.js';
import type { Secret } from '../../src/model/kube-object.js';
import { createFakeCluster, type FakeCluster } from '../support/fake-cluster/fake-cluster.js';
import { stepLaws } from '../support/step-laws.js';
import { adaptersOver, StepRig } from '../support/step-rig.js';

const encode = (text: string) => Buffer.from(text).toString('base64');
const secret = (name: string): Secret => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { namespace: 'shop', name, labels: { app: name }, annotations: { note: 'line 1\nline 2: "x"' } },
  type: 'Opaque',
  data: { password: encode(`hunter2-${name}`) },
});
const originals = [secret('db'), secret('redis')];
const input = { namespace: 'shop', names: ['db', 'redis'] };

const identities = [await generateIdentity(), await generateIdentity()];
const escrowRecipients = await Promise.all(identities.map(identityToRecipient));

const world = () => {
  const fake = createFakeCluster();
  fake.seed(...originals);
  return fake;
};

async function opened(fake: FakeCluster, identity: string): Promise<readonly unknown[]> {
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  const artifact = await adaptersOver(fake).journal.getArtifact('r1', 'escrow.age');
  return parseAllDocuments(await decrypter.decrypt(artifact!, 'text')).map((document) => document.toJS());
}

stepLaws('escrowSecrets', {
  step: 'escrowSecrets',
  factory: escrowSecrets,
  input,
  world,
  settings: { escrowRecipients },
  readOnly: true,
  secrets: ['hunter2', encode('hunter2-db')],
  done: async (fake, result) => {
    for (const identity of identities) expect(await opened(fake, identity)).toEqual(originals);
    expect(result).toEqual({ artifact: 'escrow.age', secrets: 2, bytes: expect.any(Number) });
  },
});

test('who holds no key of a recipient reads nothing, and the artifact shows no name', async () => {
  const fake = world();
  await new StepRig(fake, escrowSecrets, { settings: { escrowRecipients } }).act('escrowSecrets', input);
  await expect(opened(fake, await generateIdentity())).rejects.toThrow();
  const artifact = Buffer.from((await adaptersOver(fake).journal.getArtifact('r1', 'escrow.age'))!).toString('latin1');
  expect(artifact).toMatch(/^age-encryption.org\/v1/);
  expect(artifact).not.toMatch(/password|redis|hunter2/);
});

const checked = (recipients: readonly string[], names = ['db']) =>
  new StepRig(world(), escrowSecrets, { settings: { escrowRecipients: recipients } }).check('escrowSecrets', { namespace: 'shop', names });

test('an escrow that nobody could read is refused', async () => {
  expect(await checked([])).toEqual(['escrow needs an age recipient in the worker’s REHELM_ESCROW_RECIPIENTS, and none is set']);
});

test('what is no recipient is refused by its place, so that a secret key set by mistake is not told', async () => {
  const problems = await checked([escrowRecipients[0]!, identities[0]!, 'age1nonsense']);
  expect(problems).toEqual([2, 3].map((place) => `recipient ${place} of REHELM_ESCROW_RECIPIENTS is not an age recipient (age1…)`));
});

test('secrets that are not there are refused together', async () => {
  expect(await checked(escrowRecipients, ['db', 'x', 'y'])).toEqual(['Secret shop/x is not there', 'Secret shop/y is not there']);
});

test('a worker without recipients stores nothing', async () => {
  const fake = world();
  await expect(new StepRig(fake, escrowSecrets).act('escrowSecrets', input)).rejects.toMatchObject({ type: 'PreflightFailed' });
  expect(await adaptersOver(fake).journal.getArtifact('r1', 'escrow.age')).toBeUndefined();
});
