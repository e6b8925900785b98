import type { KubeObject } from '../../src/model/kube-object.js';
import type { Report } from '../../src/model/report.js';
import { planOfPlay } from '../support/database-backup/play.js';
import { createUpgradeWorld, directoriesOf, upgradePlay, upgradeSpec } from '../support/database-upgrade/play.js';
import { line } from '../support/private-world.js';
import { failingOnce } from '../support/product/cases.js';
import { keepHistory } from '../support/product/histories.js';
import { ada, answer, migrate, resultOf, startTemporal, stepsOf, stopTemporal } from '../support/product/migration.js';
import { attended } from '../support/product/spec.js';
import { expectBeginning, patience, testWaysBack } from '../support/product/ways-back.js';
import { actOf } from '../support/upgrade-world.js';

const steps = stepsOf(await planOfPlay(upgradePlay, 'DatabaseUpgrade'));
const { workflow } = upgradePlay;

beforeAll(startTemporal, 120_000);
afterAll(stopTemporal);

const policy = { apiVersion: 'v1', kind: 'PersistentVolume', name: 'pv-1' };
const around = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'rehelm-private-data-db-0' };

test(
  'a DatabaseUpgrade ends with the new directory in the old one’s place and everybody stopped; a finalize drops the old one',
  async () => {
    const product = createUpgradeWorld();
    await migrate({ workflow, product, spec: upgradeSpec() }, async ({ run, finalize }) => {
      const report = await resultOf(run);
      expect(report).toMatchObject({ phase: 'Succeeded', committed: true });
      expect(report.steps.map(({ state }) => state)).toEqual(steps.map(() => 'done'));
      await keepHistory('database-upgrade.succeeded', run);
      expect(directoriesOf(product)).toEqual({ data: '18', aside: '15' });
      expect(product.fake.all('v1', 'Pod', 'shop')).toEqual([]);
      expect(product.fake.find<KubeObject>(policy)).toMatchObject({ spec: { persistentVolumeReclaimPolicy: 'Retain' } });
      expect((await finalize()).phase).toBe('Finalized');
    });
    expect(directoriesOf(product)).toEqual({ data: '18' });
    expect(product.fake.find<KubeObject>(policy)).toMatchObject({ spec: { persistentVolumeReclaimPolicy: 'Delete' } });
    expect([product.fake.find(around), product.fake.find({ ...around, kind: 'Secret' })]).toEqual([undefined, undefined]);
    expect(product.orphans()).toEqual([]);
  },
  patience,
);

describe('a DatabaseUpgrade', () => testWaysBack(upgradePlay, steps));

test(
  'a DatabaseUpgrade is as it was before when it is taken back after its success and before the new server was started',
  async () => {
    const product = createUpgradeWorld();
    await migrate({ workflow, product, spec: upgradeSpec() }, async ({ run, takeBack }) => {
      expect((await resultOf(run)).phase).toBe('Succeeded');
      expectBeginning({ product, report: await takeBack({ ...ada, acceptDataLoss: true }) }, createUpgradeWorld());
    });
  },
  patience,
);

test(
  'a DatabaseUpgrade that pg_upgrade refuses is told in its words, and turned back',
  async () => {
    const product = createUpgradeWorld();
    const { job } = product.fake.behaviour;
    const refused = { failed: 'no', log: line({ failure: { type: 'MissingExtension', message: 'the image has no postgis' } }) };
    product.fake.behaviour.job = (each) => (actOf(each) === 'upgrade' ? refused : job(each));
    let report: Report | undefined;
    await migrate({ workflow, product, spec: upgradeSpec(attended) }, async ({ run }) => {
      await answer(run, 'Upgrade the directory', 'rollback');
      report = await resultOf(run);
      await keepHistory('database-upgrade.rolled-back', run);
    });
    expect(report?.cause).toContain('the image has no postgis');
    expectBeginning({ product, report: report! }, createUpgradeWorld());
  },
  patience,
);

test(
  'a DatabaseUpgrade goes on to the same end when a person retries a step that failed',
  async () => {
    const product = createUpgradeWorld();
    await migrate({ workflow, product, spec: upgradeSpec(attended), around: failingOnce('upgrade/data-db-0') }, async ({ run }) => {
      await answer(run, 'Upgrade the directory', 'retry');
      expect((await resultOf(run)).phase).toBe('Succeeded');
      await keepHistory('database-upgrade.retried', run);
    });
    expect(directoriesOf(product)).toEqual({ data: '18', aside: '15' });
  },
  patience,
);

test(
  'a DatabaseUpgrade of a volume without its snapshot begins nothing',
  async () => {
    const product = createUpgradeWorld();
    const spec = upgradeSpec({ approval: 'none', wayBack: { volumeSnapshot: { namespace: 'shop', name: 'gone' } } });
    await migrate({ workflow, product, spec }, async ({ run }) => {
      await expect(resultOf(run)).rejects.toMatchObject({ cause: { type: 'PreflightFailed', message: expect.stringContaining('shop/gone is no way back') } });
    });
    expect(product.world()).toEqual(createUpgradeWorld().world());
  },
  patience,
);
