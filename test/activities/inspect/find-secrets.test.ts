import { chart, helmOver, hooked, hookJob, inspect, keptSecret, pods, problemsOf, type Shape, secret, source, spec, workload } from './shop-spec.js';

const found = async (more: readonly Shape[], given = spec(), seeded: readonly Shape[] = []) => {
  const fake = source(...seeded);
  return (
    await inspect(
      fake,
      given,
      helmOver(
        fake,
        chart(() => more),
      ),
    )
  ).inventory;
};
const obstacles = async (more: readonly Shape[], seeded: readonly Shape[] = [], given = spec()) =>
  (await found(more, { ...given, target: { ...given.target, compareWithLive: 'report' } }, seeded)).obstacles?.map(
    ({ check, message }) => `${check}: ${message}`,
  );

describe('the class of a carried Secret', () => {
  const classes = async (...more: readonly Shape[]) => Object.fromEntries((await found(more)).secrets.map(({ to, class: made }) => [to, made]));

  test('owned: an ordinary object of the chart; plain: the chart does not make it', async () => {
    expect(await classes()).toEqual({ app: 'owned', 'token-new': 'plain' });
  });

  test('kept: one with resource-policy keep, under its new name', async () => {
    expect(await classes(keptSecret('token-new'))).toMatchObject({ 'token-new': 'kept' });
  });

  test('hook: made before the install; one made after it is not', async () => {
    expect(await classes(hooked('token-new'))).toMatchObject({ 'token-new': 'hook' });
    expect(await classes(hooked('token-new', 'pre-upgrade'))).toMatchObject({ 'token-new': 'hook' });
  });
});

describe('hooks', () => {
  test('that only make carried secrets may be left out', async () => {
    expect((await found([hooked('token-new')])).chart.hooksAreCarried).toBe(true);
    expect((await found([hooked('token-new'), hookJob('test-it', 'test')])).chart.hooksAreCarried).toBe(true);
  });

  test('that do anything else are run; the readers of their secrets are known', async () => {
    const inventory = await found([hooked('token-new'), hookJob('check')]);
    expect(inventory.chart.hooksAreCarried).toBe(false);
    expect(inventory.hookReaders).toEqual({ 'token-new': [{ apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop-helm', name: 'web' }] });
  });

  test('are refused where the spec says so', async () => {
    const fake = source();
    const given = spec();
    given.secrets.hooks = 'refuse';
    const helm = helmOver(
      fake,
      chart(() => [hooked('token-new')]),
    );
    expect(await problemsOf(fake, given, helm)).toEqual(['secrets.hooks: a pre-install hook of the chart makes token-new anew']);
  });
});

test('two secrets that would become one are refused', async () => {
  const given = spec();
  given.secrets.change = [{ name: 'token-old', to: 'app' }];
  expect(await problemsOf(source(), given)).toContain('secrets.change: app and token-old would both become app');
});

test('without a part for secrets none is carried, and what is needed is told', async () => {
  const given = spec();
  delete given.secrets;
  expect((await found([], given)).secrets).toEqual([]);
  expect(await obstacles([], [], given)).toEqual([
    'secrets: Secret token-new is needed by Deployment web; it is not carried, the chart does not make it, and it is not there',
  ]);
});

describe('secrets that the chart needs and nothing covers', () => {
  const uses = (more: object, pod: object = {}) => workload('Deployment', 'api', undefined, { replicas: 1, ...pods('api', more, pod) });
  const told = [expect.stringMatching(/^secrets: Secret ghost is needed by .*; it is not carried, the chart does not make it, and it is not there$/)];

  test.each<[string, Shape]>([
    ['an environment variable', uses({ env: [{ name: 'X', valueFrom: { secretKeyRef: { name: 'ghost', key: 'x' } } }] })],
    ['a whole environment', uses({ envFrom: [{ secretRef: { name: 'ghost' } }] })],
    ['a volume', uses({}, { volumes: [{ name: 'x', secret: { secretName: 'ghost' } }] })],
    ['a projected volume', uses({}, { volumes: [{ name: 'x', projected: { sources: [{ secret: { name: 'ghost' } }] } }] })],
    ['an init container', uses({}, { initContainers: [{ name: 'init', envFrom: [{ secretRef: { name: 'ghost' } }] }] })],
    ['a registry’s login', uses({}, { imagePullSecrets: [{ name: 'ghost' }] })],
    ['a Job of a hook', { ...hookJob('check'), spec: { template: { spec: { containers: [{ name: 'c', envFrom: [{ secretRef: { name: 'ghost' } }] }] } } } }],
    ['a certificate', { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name: 'tls' }, spec: { tls: [{ secretName: 'ghost' }] } }],
  ])('are found in %s', async (_, object) => {
    expect(await obstacles([object])).toEqual(told);
  });

  test.each<[string, Shape[], Shape[]]>([
    [
      'optional ones',
      [uses({ envFrom: [{ secretRef: { name: 'ghost', optional: true } }] }, { volumes: [{ name: 'x', secret: { secretName: 'ghost', optional: true } }] })],
      [],
    ],
    ['those that the chart makes', [uses({ envFrom: [{ secretRef: { name: 'ghost' } }] }), keptSecret('ghost')], []],
    ['those that are there', [uses({ envFrom: [{ secretRef: { name: 'ghost' } }] })], [secret('ghost', 'shop-helm')]],
    [
      'those of a test',
      [{ ...hookJob('test-it', 'test'), spec: { template: { spec: { containers: [{ name: 'c', envFrom: [{ secretRef: { name: 'ghost' } }] }] } } } }],
      [],
    ],
    [
      'certificates that cert-manager issues',
      [
        {
          apiVersion: 'networking.k8s.io/v1',
          kind: 'Ingress',
          metadata: { name: 'tls', annotations: { 'cert-manager.io/cluster-issuer': 'x' } },
          spec: { tls: [{ secretName: 'ghost' }] },
        },
      ],
      [],
    ],
  ])('are not %s', async (_, objects, seeded) => {
    expect(await obstacles(objects, seeded)).toEqual([]);
  });
});
