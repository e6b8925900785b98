import type { PersistentVolumeClaim, Secret } from '../../src/model/kube-object.js';
import {
  copiedPlay,
  copiedSpec,
  dataOf,
  deskMap,
  deskPlay,
  deskSpec,
  reboundPlay,
  reboundSpec,
  upgradedPlay,
  upgradedSpec,
} from '../support/chart-upgrade/play.js';
import { planOfPlay } from '../support/database-backup/play.js';
import { serversIn } from '../support/fake-postgres.js';
import { failingOnce } from '../support/product/cases.js';
import { keepHistory } from '../support/product/histories.js';
import { ada, answer, migrate, resultOf, startTemporal, stepsOf, stopTemporal } from '../support/product/migration.js';
import { attended, unattended } from '../support/product/spec.js';
import { expectBeginning, patience, testWaysBack } from '../support/product/ways-back.js';

const steps = stepsOf(await planOfPlay(deskPlay, 'ChartUpgrade'));
const { workflow, create } = deskPlay;

beforeAll(startTemporal, 120_000);
afterAll(stopTemporal);

const web = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'chat', name: 'desk-app' };

const { target } = deskSpec() as { readonly target: object };

const claimOf = ({ fake }: ReturnType<typeof create>, name: string) =>
  fake.find<PersistentVolumeClaim>({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: 'chat', name });

test(
  'a ChartUpgrade ends with the new chart at work on the rows of the old one; a finalize drops what was kept',
  async () => {
    const product = create();
    await migrate({ workflow, product, spec: deskSpec() }, async ({ run, finalize }) => {
      const report = await resultOf(run);
      expect(report).toMatchObject({ phase: 'Succeeded', committed: true });
      expect(report.steps.map(({ id, state }) => [id, state])).toEqual(steps.map(({ id }) => [id, 'done']));
      await keepHistory('chart-upgrade.succeeded', run);
      expect(dataOf(product)).toMatchObject({ desk: { rows: ['1', '2', '3'] }, rehelm_replaced_desk: { rows: [] } });
      expect(product.fake.find(web)).toMatchObject({ spec: { replicas: 2 } });
      expect((await finalize()).phase).toBe('Finalized');
    });
    expect(Object.keys(dataOf(product))).toEqual(['desk']);
    expect(product.fake.all('v1', 'PersistentVolumeClaim').map(({ metadata }) => metadata.name)).toEqual(['data-desk-postgresql-0', 'desk-files']);
    expect(product.orphans()).toEqual([]);
  },
  patience,
);

describe('a ChartUpgrade', () => testWaysBack(deskPlay, steps));

test(
  'a ChartUpgrade is as it was before when it is taken back after its success',
  async () => {
    const product = create();
    await migrate({ workflow, product, spec: deskSpec() }, async ({ run, takeBack }) => {
      expect((await resultOf(run)).phase).toBe('Succeeded');
      expectBeginning({ product, report: await takeBack({ ...ada, acceptDataLoss: true }) }, create());
    });
  },
  patience,
);

const rekeyed = { secrets: { rekey: [{ name: 'desk-postgresql', keys: [{ from: 'postgresql-password', to: 'postgres-password' }] }] } };
const secretsOf = ({ fake }: ReturnType<typeof create>) =>
  Object.fromEntries(
    fake.all<Secret>('v1', 'Secret').flatMap(({ metadata, data = {} }) => (/^desk-postgresql/.test(metadata.name) ? [[metadata.name, Object.keys(data)]] : [])),
  );

test(
  'a ChartUpgrade keeps a Secret’s values under the new keys, and drops what it kept of them in the finalize',
  async () => {
    const product = create();
    await migrate({ workflow, product, spec: deskSpec({ ...unattended, ...rekeyed }) }, async ({ run, finalize }) => {
      expect((await resultOf(run)).phase).toBe('Succeeded');
      expect(secretsOf(product)).toEqual({ 'desk-postgresql': ['postgres-password'], 'desk-postgresql-before-2-0-0': ['postgres-password'] });
      expect((await finalize()).phase).toBe('Finalized');
    });
    expect(secretsOf(product)).toEqual({ 'desk-postgresql': ['postgres-password'] });
    expect(product.orphans()).toEqual([]);
  },
  patience,
);

test(
  'a ChartUpgrade whose chart makes values of its own where it finds some is taken back, Secret and all',
  async () => {
    const product = create();
    const values = { migrate: { inline: deskMap }, set: { password: 'another' } };
    await migrate({ workflow, product, spec: deskSpec({ ...attended, ...rekeyed, target: { ...target, values } }) }, async ({ run }) => {
      await answer(run, 'The chart has kept the values of Secret', 'rollback');
      expectBeginning({ product, report: await resultOf(run) }, create());
    });
  },
  patience,
);

test(
  'a ChartUpgrade gives the new server the old one’s volume, whatever the new claim is called, and keeps it in the finalize',
  async () => {
    const product = create();
    const volume = claimOf(product, 'data-desk-postgresql-0')?.spec.volumeName;
    await migrate({ workflow, product, spec: reboundSpec() }, async ({ run, finalize }) => {
      const report = await resultOf(run);
      expect(report).toMatchObject({ phase: 'Succeeded', committed: true });
      expect(report.steps.map(({ step }) => step)).not.toContain('dumpDatabases');
      expect((await finalize()).phase).toBe('Finalized');
    });
    expect(claimOf(product, 'data-desk-db-0')?.spec.volumeName).toBe(volume);
    expect(claimOf(product, 'data-desk-postgresql-0')).toBeUndefined();
    expect(dataOf(product)).toMatchObject({ desk: { rows: ['1', '2', '3'], open: true } });
    expect(product.orphans()).toEqual([]);
  },
  patience,
);

test(
  'a ChartUpgrade copies from the old volume, by a server of its own that is gone in the end',
  async () => {
    const product = create();
    await migrate({ workflow, product, spec: copiedSpec() }, async ({ run, finalize }) => {
      expect(await resultOf(run)).toMatchObject({ phase: 'Succeeded', committed: true });
      expect((await finalize()).phase).toBe('Finalized');
    });
    expect(dataOf(product)).toMatchObject({ desk: { rows: ['1', '2', '3'], open: true } });
    expect(product.orphans()).toEqual([]);
  },
  patience,
);

const copied = stepsOf(await planOfPlay(copiedPlay, 'ChartUpgrade'));
describe('a ChartUpgrade by a copy', () =>
  testWaysBack(
    copiedPlay,
    copied.filter(({ id }) => /^(serve|copy|end-server)\b/.test(id)),
  ));

test(
  'a ChartUpgrade gives the new server an upgraded clone of the old volume, and drops both in the finalize',
  async () => {
    const product = create();
    await migrate({ workflow, product, spec: upgradedSpec() }, async ({ run, finalize }) => {
      expect(await resultOf(run)).toMatchObject({ phase: 'Succeeded', committed: true });
      expect(claimOf(product, 'data-desk-postgresql-0-before-3-0-0')).toBeDefined();
      expect((await finalize()).phase).toBe('Finalized');
    });
    expect(claimOf(product, 'data-desk-postgresql-0-before-3-0-0')).toBeUndefined();
    expect(dataOf(product)).toMatchObject({ desk: { rows: ['1', '2', '3'], open: true } });
    expect(product.orphans()).toEqual([]);
  },
  patience,
);

const upgraded = stepsOf(await planOfPlay(upgradedPlay, 'ChartUpgrade'));
describe('a ChartUpgrade by an upgraded clone', () =>
  testWaysBack(
    upgradedPlay,
    upgraded.filter(({ id }) => /^(aside|clone|upgrade|upgraded|serve|verify|end-server|install|open)\b/.test(id)),
  ));

const rebound = stepsOf(await planOfPlay(reboundPlay, 'ChartUpgrade'));
describe('a ChartUpgrade by the old volume', () =>
  testWaysBack(
    reboundPlay,
    rebound.filter(({ id }) => /^(rekey|rebind|forget|secret|install|kept|same|upgrade|open)/.test(id)),
  ));

test(
  'a ChartUpgrade of what it has upgraded already does nothing, before the finalize and after it',
  async () => {
    const product = create();
    const again = () =>
      migrate({ workflow, product, spec: deskSpec() }, async ({ run }) => {
        const report = await resultOf(run);
        expect(report).toMatchObject({ phase: 'Succeeded', steps: [] });
        expect(report.title).toMatch(/is desk 2.0.0 already, since revision 3: nothing to do/);
      });
    await migrate({ workflow, product, spec: deskSpec() }, async ({ run, finalize }) => {
      await resultOf(run);
      const world = product.world();
      await again();
      expect(product.world()).toEqual(world);
      await finalize();
      await again();
    });
  },
  patience,
);

test(
  'a ChartUpgrade is as it was before when a person turns it back whose new release does not come up',
  async () => {
    const product = create();
    await migrate({ workflow, product, spec: deskSpec(attended), around: failingOnce('ready') }, async ({ run }) => {
      await answer(run, 'Wait until', 'rollback');
      expectBeginning({ product, report: await resultOf(run) }, create());
      await keepHistory('chart-upgrade.rolled-back', run);
    });
  },
  patience,
);

test(
  'a ChartUpgrade goes on to the same end when a person retries a restore that failed',
  async () => {
    const product = create();
    await migrate({ workflow, product, spec: deskSpec(attended), around: failingOnce('restore/desk') }, async ({ run }) => {
      await answer(run, 'Restore desk', 'retry');
      expect((await resultOf(run)).phase).toBe('Succeeded');
      await keepHistory('chart-upgrade.retried', run);
    });
    expect(dataOf(product)).toMatchObject({ desk: { rows: ['1', '2', '3'] } });
  },
  patience,
);

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
])(
  'a ChartUpgrade with %s touches nothing',
  async (_, spec, message) => {
    const product = create();
    await migrate({ workflow, product, spec }, async ({ run }) => {
      await expect(resultOf(run)).rejects.toMatchObject({ cause: { message: expect.stringContaining(message) } });
    });
    expect(product.world()).toEqual(create().world());
  },
  patience,
);

test(
  'a ChartUpgrade touches nothing where the server holds a database that the spec does not list',
  async () => {
    const product = create();
    const { read, write } = serversIn(product.fake);
    write({ ...read(), old: { ...read()['old'], reports: { rows: ['1'], open: true } } });
    const beginning = product.world();
    await migrate({ workflow, product, spec: deskSpec({ approval: 'none' }) }, async ({ run }) => {
      await expect(resultOf(run)).rejects.toMatchObject({
        cause: { message: expect.stringContaining('chat/desk-postgresql holds database reports, too, which would stay behind') },
      });
    });
    expect(product.world()).toEqual(beginning);
  },
  patience,
);

test(
  'a ChartUpgrade touches nothing where somebody else’s object has the name of one that only the new chart makes',
  async () => {
    const labels = { app: 'theirs' };
    const template = { metadata: { labels }, spec: { containers: [{ name: 'theirs' }] } };
    const theirs = { ...web, metadata: { namespace: 'chat', name: 'desk-app' }, spec: { replicas: 0, selector: { matchLabels: labels }, template } };
    const seeded = () => {
      const product = create();
      product.fake.seed(theirs);
      return product;
    };
    const product = seeded();
    await migrate({ workflow, product, spec: deskSpec({ approval: 'none' }) }, async ({ run }) => {
      await expect(resultOf(run)).rejects.toMatchObject({
        cause: { message: expect.stringMatching(/Deployment chat\/desk-app is there and belongs to no Helm release/) },
      });
    });
    expect(product.world()).toEqual(seeded().world());
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
    const before = product.world();
    await migrate({ workflow, product, spec: deskSpec({ approval: 'none' }) }, async ({ run }) => {
      await expect(resultOf(run)).rejects.toMatchObject({
        cause: { message: expect.stringContaining('release chat/desk is pending-upgrade in revision 2: make it deployed first, by helm rollback or upgrade') },
      });
    });
    expect(product.world()).toEqual(before);
  },
  patience,
);
