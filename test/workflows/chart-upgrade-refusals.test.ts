import type { KubeObject } from '../../src/model/kube-object.js';
import { deskMap, deskPlay, deskSpec, reboundSpec, upgradedSpec } from '../support/chart-upgrade/play.js';
import { serversIn } from '../support/fake-postgres.js';
import { migrate, resultOf, startTemporal, stopTemporal } from '../support/product/migration.js';
import { patience } from '../support/product/ways-back.js';

const { workflow, create } = deskPlay;
const { target } = deskSpec() as { readonly target: object };

beforeAll(startTemporal, 120_000);
afterAll(stopTemporal);

/** The run ends with this reason, and the world is what it was. */
async function expectRefused(message: string, spec: Readonly<Record<string, unknown>> = deskSpec({ approval: 'none' }), product = create()): Promise<void> {
  const before = product.world();
  await migrate({ workflow, product, spec }, async ({ run }) => {
    await expect(resultOf(run)).rejects.toMatchObject({ cause: { message: expect.stringContaining(message) } });
  });
  expect(product.world()).toEqual(before);
}

const databaseWith = (more: object) => [{ ...(reboundSpec() as { readonly databases: readonly [object] }).databases[0], ...more }];
const inOther = (more: object) => [{ ...(deskSpec() as { readonly databases: readonly [object] }).databases[0], ...more }];
const upgradedTo = (major: number) => [
  { ...(upgradedSpec() as { readonly databases: readonly [{ readonly upgrade: object }] }).databases[0], upgrade: { major, claim: 'data-desk-db-0' } },
];
const withValues = (values: object) => deskSpec({ approval: 'none', target: { ...target, values } });

test.each([
  [
    'a key that the new chart does not read',
    withValues({ migrate: { inline: { ...deskMap, move: { 'web.replicas': 'app.replicas' } } } }),
    'does not read postgresql.postgresqlDatabase',
  ],
  [
    'a map that is for another chart',
    withValues({ migrate: { inline: { ...deskMap, chart: { ...deskMap.chart, name: 'shop' } } } }),
    'the map is for chart shop, this is desk',
  ],
  [
    'a map that leads elsewhere',
    withValues({ migrate: { inline: { ...deskMap, chart: { ...deskMap.chart, to: '>=3' } } } }),
    'the map leads to versions >=3, this is 2.0.0',
  ],
  [
    'a map for values of another version',
    withValues({ migrate: { inline: { ...deskMap, chart: { ...deskMap.chart, from: '>=1.5' } } } }),
    'the map leads away from versions >=1.5, 1.0.0 is installed',
  ],
  ['a volume that nobody speaks of', deskSpec({ approval: 'none', keepVolumes: undefined }), 'claim desk-files is to be neither kept nor replaced'],
  ['a pattern that matches no claim', deskSpec({ approval: 'none', keepVolumes: ['desk-files', 'cache-*'] }), 'cache-* matches no claim of the release'],
  ['a release that is not there', deskSpec({ approval: 'none', source: { namespace: 'chat', release: 'desc' } }), 'there is no release desc in namespace chat'],
  [
    'a password that the old data do not know',
    reboundSpec({ approval: 'none', secrets: {} }),
    'the new chart makes Secret desk-postgresql, and the data keep their passwords',
  ],
  [
    'a claim that the new chart does not make',
    reboundSpec({ approval: 'none', databases: databaseWith({ rebind: { claim: 'data-desk-postgresql-0', to: 'data-desk-0' } }) }),
    'the new chart makes no claim data-desk-0',
  ],
  [
    'a claim to rebind that is not there',
    reboundSpec({ approval: 'none', databases: databaseWith({ rebind: { claim: 'data-desk-1', to: 'data-desk-db-0' } }) }),
    'data-desk-1 is no claim of the release',
  ],
  [
    'a claim to rebind that is to be kept as well',
    reboundSpec({ approval: 'none', keepVolumes: ['*'] }),
    'claim data-desk-postgresql-0 is to be both kept and rebound',
  ],
  ['a chart that is not to be had', deskSpec({ approval: 'none', target: { ...target, chart: 'desks' } }), 'desks'],
  ['a version that is not to be had', deskSpec({ approval: 'none', target: { ...target, version: '2.0.7' } }), '2.0.7'],
  [
    'values of which a map makes two things of one name',
    withValues({ migrate: { inline: deskMap }, from: { inline: { web: { replicas: 2 }, app: { replicas: 1 } } } }),
    'app.replicas is there, too',
  ],
  [
    'a Secret to rekey that lacks the key',
    reboundSpec({ approval: 'none', secrets: { rekey: [{ name: 'desk-postgresql', keys: [{ from: 'no', to: 'postgres-password' }] }] } }),
    'Secret chat/desk-postgresql has no key no',
  ],
  [
    'a database whose Service is not there',
    deskSpec({
      approval: 'none',
      databases: inOther({ from: { service: 'desk-postgres', password: { secretRef: { name: 'desk-postgresql', key: 'password' } } } }),
    }),
    'Service chat/desk-postgres is not there',
  ],
  [
    'an upgrade in place that leads nowhere',
    upgradedSpec({ approval: 'none', databases: upgradedTo(15) }),
    'the server is of PostgreSQL 15: an upgrade leads to a newer one',
  ],
  [
    'a volume for the dump that is too small',
    deskSpec({ approval: 'none', databases: inOther({ backup: { size: '1Mi' } }) }),
    'a dump of up to 286.1 MiB is to lie there',
  ],
  ['an exposure that no value closes', deskSpec({ approval: 'none', traffic: { hold: ['ingress/desk'] } }), 'shows the new release to users before the commit'],
])('a ChartUpgrade with %s touches nothing', (_, spec, message) => expectRefused(message, spec), patience);

test(
  'a ChartUpgrade touches nothing where the server holds a database that the spec does not list',
  async () => {
    const product = create();
    const { read, write } = serversIn(product.fake);
    write({ ...read(), old: { ...read()['old'], reports: { rows: ['1'], open: true } } });
    await expectRefused('chat/desk-postgresql holds database reports, too, which would stay behind', undefined, product);
  },
  patience,
);

test(
  'a ChartUpgrade touches nothing where somebody else’s object has the name of one that only the new chart makes',
  async () => {
    const labels = { app: 'theirs' };
    const template = { metadata: { labels }, spec: { containers: [{ name: 'theirs' }] } };
    const spec = { replicas: 0, selector: { matchLabels: labels }, template };
    const product = create();
    product.fake.seed({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { namespace: 'chat', name: 'desk-app' }, spec } as KubeObject);
    await expectRefused('Deployment chat/desk-app is there and belongs to no Helm release', undefined, product);
  },
  patience,
);

test(
  'a ChartUpgrade of a release that a helm of somebody else has left pending says so, and touches nothing',
  async () => {
    const product = create();
    product.fake.failAfter(/create Secret chat\/sh\.helm\.release/);
    const theirs = { release: { namespace: 'chat', name: 'desk' }, chart: { chart: 'desk', version: '1.0.0' }, values: {}, labels: {} };
    await expect(product.helm.upgradeInstall({ ...theirs, timeoutSeconds: 60, description: 'theirs' })).rejects.toThrow();
    await expectRefused('release chat/desk is pending-upgrade in revision 2: make it deployed first, by helm rollback or upgrade', undefined, product);
  },
  patience,
);
