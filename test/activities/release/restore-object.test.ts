import { restoreObject } from '../../../src/activities/release/restore-object.js';
import type { KubeObject } from '../../../src/model/kube-object.js';
import { createFakeCluster, type FakeCluster } from '../../support/fake-cluster/fake-cluster.js';
import { adaptersOver } from '../../support/step-rig.js';

const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'settings' };
const owner = { 'meta.helm.sh/release-name': 'shop', 'meta.helm.sh/release-namespace': 'shop' };
const settings = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'settings', namespace: 'shop', labels: { a: '1' }, annotations: owner },
  data: { a: '1' },
};

const begin = () => {
  const fake = createFakeCluster();
  fake.seed(settings as KubeObject);
  return { fake, before: fake.find(ref) as KubeObject };
};
const restore = (fake: FakeCluster, before: KubeObject, options = {}) =>
  restoreObject(adaptersOver(fake).kube, ref, before, { run: 'r1', epoch: 1, step: 's' }, options);

describe('an object that is restored', () => {
  test('has exactly its former fields, labels and annotations, but those of controllers', async () => {
    const { fake, before } = begin();
    const annotations = { ...owner, note: 'new', 'deployment.kubernetes.io/revision': '2' };
    await fake.patch(ref, { metadata: { labels: { a: null, b: '2' }, annotations }, data: { a: '2', b: '2' }, binaryData: { c: '' } });
    await restore(fake, before);
    expect(fake.find(ref)).toMatchObject({ data: { a: '1' }, metadata: { uid: before.metadata.uid, labels: { a: '1' } } });
    expect(fake.find(ref)).not.toHaveProperty('binaryData');
    expect(fake.find(ref)?.metadata.annotations).toEqual({ ...owner, 'deployment.kubernetes.io/revision': '2' });
  });

  test('is made anew where it is gone, unless its own undo took it away', async () => {
    const { fake, before } = begin();
    await fake.delete(ref);
    await restore(fake, before, { onlyIfThere: true });
    expect(fake.find(ref)).toBeUndefined();
    await restore(fake, before);
    expect(fake.find(ref)).toMatchObject(settings);
  });

  test('is left alone where somebody made another one under its name', async () => {
    const { fake, before } = begin();
    await fake.delete(ref);
    const theirs = await fake.create({ ...settings, data: { theirs: '1' } } as KubeObject);
    await restore(fake, before);
    expect(fake.find(ref)).toEqual(theirs);
  });

  test('keeps the labels and annotations that the undo of its adoption gave it', async () => {
    const { fake, before } = begin();
    await fake.patch(ref, { metadata: { annotations: null, labels: null }, data: { a: '2' } });
    await restore(fake, before);
    expect(fake.find(ref)).toMatchObject({ data: { a: '1' } });
    expect(fake.find(ref)?.metadata).not.toHaveProperty('annotations');
  });
});
