import type { KubeObject } from '../../src/model/kube-object.js';
import type { Report } from '../../src/model/report.js';
import { backupPlay, backupSpec, createBackupWorld, createRestoreWorld, planOfPlay, restorePlay, restoreSpec } from '../support/database-backup/play.js';
import { failingOnce } from '../support/product/cases.js';
import { keepHistory } from '../support/product/histories.js';
import { type Around, ada, answer, migrate, resultOf, startTemporal, stepsOf, stopTemporal } from '../support/product/migration.js';
import type { Product } from '../support/product/product.js';
import { attended } from '../support/product/spec.js';
import { expectBeginning, patience, testWaysBack } from '../support/product/ways-back.js';

const backupSteps = stepsOf(await planOfPlay(backupPlay, 'DatabaseBackup'));
const restoreSteps = stepsOf(await planOfPlay(restorePlay, 'DatabaseRestore'));

beforeAll(startTemporal, 120_000);
afterAll(stopTemporal);

type StateMap = KubeObject & { readonly data: { readonly state: string } };
const state = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'data', name: 'postgres-state' };
const serversOf = ({ fake }: Product) => JSON.parse(fake.find<StateMap>(state)!.data.state);
const claimOf = ({ fake }: Product) => fake.find({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: 'data', name: 'backups' });

describe('a DatabaseBackup', () => {
  const { workflow } = backupPlay;

  test(
    'ends with a backup of every database on a volume of its own, and leaves nothing to be finalized',
    async () => {
      const product = createBackupWorld();
      let run = '';
      await migrate({ workflow, product, spec: backupSpec() }, async (migration) => {
        run = migration.run.firstExecutionRunId;
        const report = await resultOf(migration.run);
        expect(report).toMatchObject({ phase: 'Succeeded' });
        expect(report.steps.map(({ state: each }) => each)).toEqual(backupSteps.map(() => 'done'));
        await keepHistory('database-backup.succeeded', migration.run);
      });
      expect(serversOf(product)['backups']).toEqual({
        [`${run}/orders`]: { rows: ['1', '2', '3'], open: true },
        [`${run}/stock`]: { rows: ['a'], open: true },
      });
      expect(claimOf(product)).toMatchObject({ spec: { resources: { requests: { storage: '1145Mi' } } } });
      expect(product.orphans()).toEqual([]);
    },
    patience,
  );

  testWaysBack(backupPlay, backupSteps);
});

describe('a DatabaseRestore', () => {
  const { workflow } = restorePlay;
  const restored = {
    orders: { rows: ['1', '2', '3'], open: true },
    stock: { rows: ['a'], open: true },
    rehelm_replaced_orders: { rows: ['spoilt'], open: false },
  };

  test(
    'ends with the databases of the backup under their names and the one that was replaced put aside; a finalize drops that',
    async () => {
      const product = createRestoreWorld();
      await migrate({ workflow, product, spec: restoreSpec() }, async ({ run, finalize }) => {
        const report = await resultOf(run);
        expect(report).toMatchObject({ phase: 'Succeeded', committed: true });
        expect(report.steps.map(({ state: each }) => each)).toEqual(restoreSteps.map(() => 'done'));
        await keepHistory('database-restore.succeeded', run);
        expect(serversOf(product)['old.data.svc']).toEqual(restored);
        expect((await finalize()).phase).toBe('Finalized');
      });
      const { rehelm_replaced_orders: _, ...kept } = restored;
      expect(serversOf(product)['old.data.svc']).toEqual(kept);
      expect(product.orphans()).toEqual([]);
    },
    patience,
  );

  testWaysBack(restorePlay, restoreSteps);

  test(
    'is as it was before when it is taken back after its success, by somebody who accepts the loss',
    async () => {
      const product = createRestoreWorld();
      await migrate({ workflow, product, spec: restoreSpec() }, async ({ run, takeBack }) => {
        expect((await resultOf(run)).phase).toBe('Succeeded');
        expectBeginning({ product, report: await takeBack({ ...ada, acceptDataLoss: true }) }, createRestoreWorld());
      });
    },
    patience,
  );

  test(
    'that came to something else than was backed up replaces nothing',
    async () => {
      const product = createRestoreWorld();
      const around: Around = async (name, act, call) => {
        const result = await call();
        if (name === 'restoreDatabase' && act?.step === 'restore/orders') {
          const found = product.fake.find<StateMap>(state)!;
          const servers = JSON.parse(found.data.state);
          servers['old.data.svc'].rehelm_restored_orders.rows = ['1', '2'];
          product.fake.seed({ ...found, data: { state: JSON.stringify(servers) } } as StateMap);
        }
        return result;
      };
      let report: Report | undefined;
      await migrate({ workflow, product, spec: restoreSpec(attended), around }, async ({ run }) => {
        await answer(run, 'Prove rehelm_restored_orders', 'rollback');
        report = await resultOf(run);
        await keepHistory('database-restore.rolled-back', run);
      });
      expect(report?.cause).toContain('3 rows in the backup, 2 in the database');
      expectBeginning({ product, report: report! }, createRestoreWorld());
    },
    patience,
  );

  test(
    'goes on to the same end when a person retries a step that failed',
    async () => {
      const product = createRestoreWorld();
      await migrate({ workflow, product, spec: restoreSpec(attended), around: failingOnce('replace/orders') }, async ({ run }) => {
        await answer(run, 'Put orders aside', 'retry');
        expect((await resultOf(run)).phase).toBe('Succeeded');
        await keepHistory('database-restore.retried', run);
      });
      expect(serversOf(product)['old.data.svc']).toEqual(restored);
    },
    patience,
  );
});
