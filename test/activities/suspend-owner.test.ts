import { suspendOwner } from '../../src/activities/suspend-owner.js';
import type { KubeObject, Metadata } from '../../src/model/kube-object.js';
import { createFakeCluster } from '../support/fake-cluster/fake-cluster.js';
import { argoKinds, fluxKinds, kedaKinds } from '../support/fake-cluster/kinds.js';
import { stepLaws } from '../support/step-laws.js';
import { StepRig } from '../support/step-rig.js';

type Loose = KubeObject & { readonly spec: object };

const owner = (apiVersion: string, kind: string, spec: object, metadata: Partial<Metadata> = {}): Loose => ({
  apiVersion,
  kind,
  metadata: { namespace: 'shop', name: 'api', ...metadata },
  spec,
});
const refOf = ({ apiVersion, kind, metadata: { name } }: KubeObject) => ({ apiVersion, kind, namespace: 'shop', name });
const inputOf = (object: KubeObject) => ({ object: refOf(object), withinSeconds: 5 });
const worldOf =
  (...objects: readonly KubeObject[]) =>
  () => {
    const fake = createFakeCluster();
    fake.install(...kedaKinds, ...fluxKinds, ...argoKinds);
    fake.seed(...objects);
    return fake;
  };

const target = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'api' };
const hpa = owner('autoscaling/v2', 'HorizontalPodAutoscaler', { scaleTargetRef: target, minReplicas: 2, maxReplicas: 5 });
const automated = { prune: true, selfHeal: true };
const flux = 'kustomize.toolkit.fluxcd.io/v1';

const suspended: readonly (readonly [title: string, before: Loose, after: object])[] = [
  ['an HPA', hpa, { spec: { scaleTargetRef: { ...target, name: 'rehelm-held-api' }, minReplicas: 2, maxReplicas: 5 } }],
  ['a CronJob', owner('batch/v1', 'CronJob', { schedule: '* * * * *', suspend: false }), { spec: { schedule: '* * * * *', suspend: true } }],
  ['a CronJob that says nothing', owner('batch/v1', 'CronJob', { schedule: '* * * * *' }), { spec: { schedule: '* * * * *', suspend: true } }],
  ['a Flux Kustomization', owner(flux, 'Kustomization', { path: './prod' }), { spec: { path: './prod', suspend: true } }],
  ['a Flux HelmRelease', owner('helm.toolkit.fluxcd.io/v2', 'HelmRelease', { interval: '5m', suspend: false }), { spec: { interval: '5m', suspend: true } }],
  [
    'an Argo CD Application',
    owner('argoproj.io/v1alpha1', 'Application', { syncPolicy: { automated, retry: { limit: 2 } } }),
    { spec: { syncPolicy: { retry: { limit: 2 } } } },
  ],
  [
    'an Argo CD Application that syncs without options',
    owner('argoproj.io/v1alpha1', 'Application', { syncPolicy: { automated: {} } }),
    { spec: { syncPolicy: {} } },
  ],
  [
    'a KEDA ScaledObject',
    owner('keda.sh/v1alpha1', 'ScaledObject', { scaleTargetRef: { name: 'api' } }),
    { metadata: { annotations: { 'autoscaling.keda.sh/paused': 'true' } } },
  ],
];

describe.each(suspended)('%s', (title, before, after) => {
  stepLaws(`suspendOwner, of ${title}`, {
    step: 'suspendOwner',
    factory: suspendOwner,
    input: inputOf(before),
    world: worldOf(before),
    done: (fake) => {
      const { spec, metadata } = fake.find<Loose>(refOf(before))!;
      expect({ spec, metadata }).toMatchObject(after);
      if ('spec' in after) expect(spec).toEqual(after.spec);
    },
  });
});

test.each([
  owner('batch/v1', 'CronJob', { suspend: true }),
  owner(flux, 'Kustomization', { suspend: true }),
  owner('argoproj.io/v1alpha1', 'Application', { source: {} }),
  owner('keda.sh/v1alpha1', 'ScaledObject', {}, { annotations: { 'autoscaling.keda.sh/paused': 'true' } }),
])('$kind: who rested before still rests after an undo', async (before) => {
  const fake = worldOf(before)();
  const beginning = fake.world({ uids: true });
  const rig = new StepRig(fake, suspendOwner);
  const input = inputOf(before);
  await rig.capture('suspendOwner', input);
  await rig.act('suspendOwner', input);
  expect(fake.world({ uids: true })).toEqual(beginning);
  await rig.undo('suspendOwner');
  expect(fake.world({ uids: true })).toEqual(beginning);
});

test('what was sync policy before is exactly that again, also where somebody put another one there', async () => {
  const application = owner('argoproj.io/v1alpha1', 'Application', { syncPolicy: { automated } });
  const fake = worldOf(application)();
  const beginning = fake.world();
  const rig = new StepRig(fake, suspendOwner);
  const input = inputOf(application);
  await rig.capture('suspendOwner', input);
  await rig.act('suspendOwner', input);
  await fake.patch(input.object, { spec: { syncPolicy: { automated: { prune: false, allowEmpty: true } } } });
  await rig.undo('suspendOwner');
  expect(fake.world()).toEqual(beginning);
});

test('a Job that the CronJob has already started is waited for, and named when it takes too long', async () => {
  const backup = { ...owner('batch/v1', 'CronJob', { schedule: '0 * * * *' }), status: { active: [{ kind: 'Job', name: 'api-29391' }] } };
  const fake = worldOf(backup)();
  const rig = new StepRig(fake, suspendOwner);
  await rig.capture('suspendOwner', inputOf(backup));
  await expect(rig.act('suspendOwner', { ...inputOf(backup), withinSeconds: 0.05 })).rejects.toMatchObject({
    type: 'TimedOut',
    message: expect.stringContaining('missing: api-29391'),
  });
  expect(fake.find<Loose>(refOf(backup))!.spec).toMatchObject({ suspend: true });
  fake.seed({ ...backup, ...{ status: {} } });
  await rig.act('suspendOwner', inputOf(backup));
});

test('the name that an HPA is led to is a legal one, however long its own is', async () => {
  const name = `${'a'.repeat(240)}.${'b'.repeat(12)}`;
  const long = { ...hpa, metadata: { namespace: 'shop', name } };
  const fake = worldOf(long)();
  const rig = new StepRig(fake, suspendOwner);
  await rig.capture('suspendOwner', inputOf(long));
  await rig.act('suspendOwner', inputOf(long));
  const held = (fake.find<Loose>(refOf(long))!.spec as typeof hpa.spec & { scaleTargetRef: { name: string } }).scaleTargetRef.name;
  expect(held).toMatch(/^rehelm-held-[a-z0-9.-]*[a-z0-9]$/);
  expect(held.length).toBeLessThanOrEqual(253);
});

const checked = (object: object, ...there: readonly KubeObject[]) => new StepRig(worldOf(...there)(), suspendOwner).check('suspendOwner', { object });

test('a kind that rehelm cannot suspend is refused, and not touched', async () => {
  const job = { apiVersion: 'batch/v1', kind: 'Job', namespace: 'shop', name: 'api' };
  expect(await checked(job)).toEqual([
    'Job shop/api (batch/v1) cannot be suspended: rehelm knows HorizontalPodAutoscaler, CronJob, Kustomization, HelmRelease, Application, ScaledObject',
  ]);
  await expect(new StepRig(worldOf()(), suspendOwner).act('suspendOwner', { object: job })).rejects.toMatchObject({ type: 'InvalidSpec' });
});

test('a kind of the same name in another group is unknown', async () => {
  expect(await checked({ apiVersion: 'app.k8s.io/v1beta1', kind: 'Application', namespace: 'shop', name: 'api' })).toEqual([
    expect.stringContaining('cannot be suspended'),
  ]);
});

test('one that is not there, or whose kind the cluster does not serve, is refused', async () => {
  expect(await checked(refOf(hpa))).toEqual(['HorizontalPodAutoscaler shop/api is not there']);
  const rig = new StepRig(createFakeCluster(), suspendOwner);
  expect(await rig.check('suspendOwner', { object: { apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject', namespace: 'shop', name: 'api' } })).toEqual([
    'ScaledObject shop/api is not there',
  ]);
});

test('an HPA that a ScaledObject keeps is refused: KEDA would put it back', async () => {
  const ownerReferences = [{ apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject', name: 'api', uid: 'u', controller: true }];
  const scaled = owner('keda.sh/v1alpha1', 'ScaledObject', {}, { uid: 'u' });
  expect(await checked(refOf(hpa), scaled, { ...hpa, metadata: { ...hpa.metadata, ownerReferences } })).toEqual([
    'HorizontalPodAutoscaler shop/api is kept by ScaledObject api, which would put it back: suspend that one',
  ]);
});
