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
