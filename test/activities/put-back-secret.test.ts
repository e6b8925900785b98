import { putBackSecret } from '../../src/activities/put-back-secret.js';
import type { Deployment, KubeObject, Secret } from '../../src/model/kube-object.js';
import { createFakeCluster, type FakeCluster } from '../support/fake-cluster/fake-cluster.js';
import { stepLaws } from '../support/step-laws.js';
import { StepRig } from '../support/step-rig.js';

const text = (value: string): string => Buffer.from(value).toString('base64');
const secret = { namespace: 'shop-helm', name: 'tokens' };
const api = { apiVersion: 'apps/v1' as const, kind: 'Deployment' as const, namespace: 'shop-helm', name: 'api' };
const input = {
  secret,
  from: { namespace: 'shop', name: 'old-tokens' },
  replace: { key: 'uri', from: 'old-db', to: 'new-db' },
  readers: [api, { ...api, name: 'gone' }],
};
const ours = { uri: text('mongodb://a:canary@db/old-db'), token: text('canary') };
const right = { ...ours, uri: text('mongodb://a:canary@db/new-db') };

const world = (made: object | undefined = { token: text('made by the hook'), own: text('x') }) => {
  const fake = createFakeCluster();
  const template = { metadata: { labels: { app: 'api' }, annotations: { kept: 'yes' } }, spec: { containers: [{ name: 'api', image: 'api:1' }] } };
  fake.seed(
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'old-tokens', namespace: 'shop' }, data: ours } as KubeObject,
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop-helm' } },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'api', namespace: 'shop-helm' },
      spec: { replicas: 1, selector: { matchLabels: { app: 'api' } }, template },
    } as KubeObject,
  );
  const annotations = { 'helm.sh/hook': 'pre-install' };
  if (made) fake.seed({ apiVersion: 'v1', kind: 'Secret', metadata: { ...secret, annotations }, data: made } as KubeObject);
  return fake;
};

const found = (fake: FakeCluster) => fake.find<Secret>({ apiVersion: 'v1', kind: 'Secret', ...secret });
const restarts = (fake: FakeCluster) => fake.find<Deployment>(api)?.spec.template.metadata?.annotations;

const law = {
  step: 'putBackSecret',
  factory: putBackSecret,
  input,
  secrets: ['canary', ours.token, right.uri],
  done: (fake: FakeCluster, result: unknown) => {
    expect(found(fake)?.data).toEqual(right);
    expect(restarts(fake)).toEqual({ kept: 'yes', 'rehelm.dev/restarted': 'r1/it' });
    expect(result).toEqual({ restarted: ['Deployment shop-helm/api'] });
  },
};
stepLaws('putBackSecret, over what the hook made', { ...law, world: () => world() });
stepLaws('putBackSecret, where the hook left nothing', {
  ...law,
  world: () => {
    const fake = world();
    fake.api.delete({ apiVersion: 'v1', kind: 'Secret', ...secret });
    return fake;
  },
});

describe('putBackSecret', () => {
  test('restarts nobody where the hook kept the carried value', async () => {
    const fake = world(right);
    const rig = new StepRig(fake, putBackSecret);
    await rig.capture('putBackSecret', input);
    expect(await rig.act('putBackSecret', input)).toEqual({ restarted: [] });
    expect(fake.changes).toEqual([]);
  });

  test('an undo leaves a Secret alone that somebody made anew since', async () => {
    const fake = world();
    const rig = new StepRig(fake, putBackSecret);
    await rig.capture('putBackSecret', input);
    await rig.act('putBackSecret', input);
    const ref = { apiVersion: 'v1', kind: 'Secret', ...secret };
    await fake.delete(ref);
    await fake.create({ apiVersion: 'v1', kind: 'Secret', metadata: secret, data: { theirs: text('1') } } as KubeObject);
    await rig.undo('putBackSecret');
    expect(found(fake)?.data).toEqual({ theirs: text('1') });
  });

  test('its check names a source that is not there and a text that is not in it', async () => {
    const rig = new StepRig(world(), putBackSecret);
    expect(await rig.check('putBackSecret', { ...input, from: { namespace: 'shop', name: 'none' } })).toEqual(['Secret shop/none is not there']);
    const replace = { key: 'uri', from: 'other-db', to: 'x' };
    expect(await rig.check('putBackSecret', { ...input, replace })).toEqual(['uri of Secret shop/old-tokens does not contain the text "other-db"']);
  });
});
