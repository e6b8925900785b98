import type { Adapters } from '../../src/activities/adapters.js';
import { awaitAddress } from '../../src/activities/await-address.js';
import type { KubeObject } from '../../src/model/kube-object.js';
import { createFakeCluster } from '../support/fake-cluster/fake-cluster.js';
import { stepLaws } from '../support/step-laws.js';
import { StepRig } from '../support/step-rig.js';

const service = { namespace: 'shop', name: 'proxy' };
const names: Record<string, readonly string[]> = {
  'shop.example.com': ['192.0.2.1'],
  'old.example.com': ['192.0.2.9'],
  'lb.aws.example': ['192.0.2.1', '192.0.2.2'],
};
const factory = (adapters: Adapters) => awaitAddress(adapters, async (name) => names[name] ?? []);

const world = (ingress: readonly object[] = [{ ip: '192.0.2.1' }], type = 'LoadBalancer') => {
  const fake = createFakeCluster();
  fake.seed({ apiVersion: 'v1', kind: 'Service', metadata: service, spec: { type }, status: { loadBalancer: { ingress } } } as KubeObject);
  return fake;
};

stepLaws('awaitAddress', {
  step: 'awaitAddress',
  factory,
  input: { service, dns: ['shop.example.com'], withinSeconds: 5 },
  world,
  readOnly: true,
  done: (_, result) => {
    expect(result).toEqual({ addresses: ['192.0.2.1'], dns: [{ name: 'shop.example.com', addresses: ['192.0.2.1'] }] });
  },
});

describe('awaitAddress', () => {
  const wait = (fake: ReturnType<typeof world>, dns: readonly string[]) => new StepRig(fake, factory).act('awaitAddress', { service, dns, withinSeconds: 0.1 });

  test('says which record must point where', async () => {
    await expect(wait(world(), ['old.example.com'])).rejects.toThrow('the A record of old.example.com must point to 192.0.2.1 instead of 192.0.2.9');
    await expect(wait(world(), ['none.example.com'])).rejects.toThrow('the A record of none.example.com must point to 192.0.2.1; it does not resolve');
  });

  test('follows an address that is a name, as on AWS', async () => {
    expect(await wait(world([{ hostname: 'lb.aws.example' }]), ['shop.example.com'])).toMatchObject({ addresses: ['lb.aws.example'] });
    await expect(wait(world([{ hostname: 'lb.aws.example' }]), ['old.example.com'])).rejects.toThrow(
      'the CNAME record of old.example.com must point to lb.aws.example',
    );
  });

  test('waits for no name when none is given', async () => {
    expect(await wait(world(), [])).toEqual({ addresses: ['192.0.2.1'], dns: [] });
  });

  test('does not wait for an address that never comes', async () => {
    await expect(wait(world([]), [])).rejects.toMatchObject({ type: 'TimedOut' });
    await expect(wait(world([], 'ClusterIP'), [])).rejects.toMatchObject({ type: 'Invalid', message: expect.stringContaining('is of type ClusterIP') });
    await expect(wait(createFakeCluster(), [])).rejects.toMatchObject({ type: 'NotFound' });
  });
});
