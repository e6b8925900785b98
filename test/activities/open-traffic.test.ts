import type { Adapters } from '../../src/activities/adapters.js';
import { helmInstall } from '../../src/activities/helm-install.js';
import { openTraffic } from '../../src/activities/open-traffic.js';
import type { Service } from '../../src/model/kube-object.js';
import type { FakeCluster } from '../support/fake-cluster/fake-cluster.js';
import { createFakeHelm } from '../support/fake-cluster/fake-helm.js';
import { beforeInstall, chart, charts, refs, release } from '../support/shop-chart.js';
import { StepRig } from '../support/step-rig.js';

const values = { inline: { replicas: 1 } };
const closed = { type: 'ClusterIP' };
const install = { release, chart, values, set: { ...closed, secret: 'x' }, timeoutSeconds: 60 };
const input = { release, chart, values, set: { secret: 'x' }, closed, installStep: 'install' };

let fake: FakeCluster;
let rig: StepRig;
const helm = () => createFakeHelm(fake, charts);
const factory = (adapters: Adapters) => ({ ...helmInstall({ ...adapters, helm: helm() }), ...openTraffic({ ...adapters, helm: helm() }) });
const type = () => fake.find<Service>(refs.service)?.spec.type;
/** All but the records of the revisions: an upgrade and one back make two more. */
const product = () => Object.fromEntries(Object.entries(fake.world()).filter(([name]) => !name.includes('sh.helm.release')));

async function installed(more: object = {}) {
  fake = beforeInstall();
  rig = new StepRig(fake, factory);
  await rig.capture('helmInstall', install, 'install');
  await rig.act('helmInstall', { ...install, ...more }, 'install');
  await rig.capture('openTraffic', input, 'open');
}

describe('openTraffic', () => {
  test('lets users in by the real values, once', async () => {
    await installed();
    expect(type()).toBe('ClusterIP');
    const result = await rig.act('openTraffic', input, 'open');
    expect(type()).toBe('LoadBalancer');
    expect(result).toEqual({ revision: 2, addresses: [{ service: 'shop-helm/web', addresses: expect.any(Array) }] });
    const open = fake.world({ uids: true });
    expect(await rig.act('openTraffic', input, 'open')).toEqual(result);
    expect(fake.world({ uids: true })).toEqual(open);
  });

  test('closes again with its undo, which may be repeated, and leaves the install to its own', async () => {
    await installed();
    const before = product();
    await rig.act('openTraffic', input, 'open');
    await rig.undo('openTraffic', 'open');
    expect(product()).toEqual(before);
    await rig.undo('openTraffic', 'open');
    expect(product()).toEqual(before);
  });

  test('undone when it never ran, nothing changes', async () => {
    await installed();
    const before = fake.world({ uids: true });
    await rig.undo('openTraffic', 'open');
    expect(fake.world({ uids: true })).toEqual(before);
  });

  test('the undo of the install takes every revision of the run with it', async () => {
    fake = beforeInstall();
    const beginning = fake.world();
    rig = new StepRig(fake, factory);
    await rig.capture('helmInstall', install, 'install');
    await rig.act('helmInstall', install, 'install');
    await rig.capture('openTraffic', input, 'open');
    await rig.act('openTraffic', input, 'open');
    await rig.undo('openTraffic', 'open');
    await rig.undo('helmInstall', 'install');
    expect(fake.world()).toEqual(beginning);
  });

  test('keeps what a retry of the install changed', async () => {
    await installed({ set: { ...closed, replicas: 4 } });
    await rig.act('openTraffic', input, 'open');
    expect(fake.find(refs.web)).toMatchObject({ spec: { replicas: 4 } });
    expect(type()).toBe('LoadBalancer');
    await rig.undo('openTraffic', 'open');
    expect(fake.find(refs.web)).toMatchObject({ spec: { replicas: 4 } });
    expect(type()).toBe('ClusterIP');
  });

  describe.each(['failAfter', 'failBefore'] as const)('with a write of helm broken (%s)', (how) => {
    const writes = [
      ['the new record', /create Secret .*v2$/],
      ['the Service', /patch Service/],
      ['the old record', /patch Secret .*v1 .*superseded/],
      ['the end', /patch Secret .*v2 .*deployed/],
    ] as const;

    const broken = async (write: RegExp) => {
      await installed();
      fake[how](write);
      await expect(rig.act('openTraffic', input, 'open')).rejects.toMatchObject({ type: 'Unreachable' });
    };

    test.each(writes)('%s: a retry lets users in', async (_, write) => {
      await broken(write);
      await rig.act('openTraffic', input, 'open');
      expect(type()).toBe('LoadBalancer');
      expect((await helm().latest(release))?.status).toBe('deployed');
    });

    test.each(writes)('%s: an undo closes again', async (_, write) => {
      await installed();
      const before = product();
      await broken(write);
      await rig.undo('openTraffic', 'open');
      expect(product()).toEqual(before);
    });
  });

  test('an attempt that wakes up after the rollback takes back what it installs anew', async () => {
    fake = beforeInstall();
    const beginning = fake.world();
    rig = new StepRig(fake, factory);
    await rig.capture('helmInstall', install, 'install');
    await rig.act('helmInstall', install, 'install');
    await rig.capture('openTraffic', input, 'open');
    const hang = fake.hangBefore(/create Secret shop-helm\/sh\.helm\.release\.v1\.shop\.v2/);
    const stalled = rig.act('openTraffic', input, 'open').catch((error: Error) => error);
    await hang.reached;
    await rig.undo('openTraffic', 'open');
    await rig.undo('helmInstall', 'install');
    hang.release();
    expect(await stalled).toMatchObject({ type: 'Superseded' });
    expect(fake.world()).toEqual(beginning);
  });

  test('an adopted object that only the real values make outlives the undo with its uid and its fields', async () => {
    const hidden = { ...closed, proxy: false };
    fake = beforeInstall();
    const beginning = fake.world({ uids: true });
    const role = fake.find(refs.role)?.metadata.uid;
    rig = new StepRig(fake, factory);
    await rig.capture('helmInstall', { ...install, set: hidden }, 'install');
    await rig.act('helmInstall', { ...install, set: hidden }, 'install');
    const opening = { ...input, set: {}, closed: hidden };
    await rig.capture('openTraffic', opening, 'open');
    await rig.act('openTraffic', opening, 'open');
    expect(fake.find(refs.role)).toMatchObject({ rules: [{ verbs: ['get', 'list', 'watch'] }] });
    await rig.undo('openTraffic', 'open');
    expect(fake.find(refs.role)?.metadata.uid).toBe(role);
    await rig.undo('helmInstall', 'install');
    expect(fake.world({ uids: true })['rbac.authorization.k8s.io/v1 ClusterRole proxy']).toEqual(beginning['rbac.authorization.k8s.io/v1 ClusterRole proxy']);
  });

  test('does not install a release that is gone', async () => {
    await installed();
    await helm().forget(release, [1]);
    await expect(rig.act('openTraffic', input, 'open')).rejects.toMatchObject({ type: 'NotFound' });
  });

  test('its check says real values that the chart refuses', async () => {
    rig = new StepRig(beforeInstall(), factory);
    expect(await rig.check('openTraffic', input)).toEqual([]);
    expect(await rig.check('openTraffic', { ...input, set: { broken: true } })).toEqual([expect.stringContaining('broken must not be set')]);
  });
});
