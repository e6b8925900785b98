import { runProbes } from '../../src/activities/run-probes.js';
import type { KubeObject } from '../../src/model/kube-object.js';
import { createFakeCluster } from '../support/fake-cluster/fake-cluster.js';
import { stepLaws } from '../support/step-laws.js';
import { StepRig } from '../support/step-rig.js';

const probe = { name: 'web', service: { namespace: 'shop', name: 'web', port: 80, path: '/healthz' }, expect: 200 };
const input = { probes: [probe], withinSeconds: 5 };

const world = () => {
  const fake = createFakeCluster();
  const labels = { app: 'web' };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'web:1' }] } };
  fake.seed(
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', namespace: 'shop' },
      spec: { replicas: 1, selector: { matchLabels: labels }, template },
    } as KubeObject,
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: 'shop' }, spec: { selector: labels, ports: [{ port: 80 }] } } as KubeObject,
  );
  return fake;
};

stepLaws('runProbes', {
  step: 'runProbes',
  factory: runProbes,
  input,
  world,
  readOnly: true,
  done: (_, result) => {
    expect(result).toEqual({ probes: [{ name: 'web', status: 200 }] });
  },
});

describe('runProbes', () => {
  test('asks again until it is answered as expected', async () => {
    const fake = world();
    let asked = 0;
    fake.behaviour.http = () => ({ status: ++asked < 3 ? 503 : 200, body: '' });
    await new StepRig(fake, runProbes).act('runProbes', input);
    expect(asked).toBe(3);
  });

  test('says what was answered instead, clipped and without secrets', async () => {
    const fake = world();
    fake.behaviour.http = () => ({ status: 500, body: `token=canary ${'x'.repeat(5000)}` });
    const failed: unknown = await new StepRig(fake, runProbes).act('runProbes', { ...input, withinSeconds: 0.1 }).catch((error: unknown) => error);
    expect(failed).toMatchObject({
      type: 'ProbeFailed',
      message: expect.stringContaining('web (http shop/web:80/healthz) answers 500 instead of 200: token=…'),
    });
    expect((failed as Error).message.length).toBeLessThan(500);
  });
});
