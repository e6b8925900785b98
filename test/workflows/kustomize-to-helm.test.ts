import { readdir, readFile } from 'node:fs/promises';
import type { KubeObject } from '../../src/model/kube-object.js';
import { failingOnce, migration, type Outcome } from '../support/product/cases.js';
import { ended } from '../support/product/end.js';
import { keepHistory } from '../support/product/histories.js';
import {
  type Around,
  ada,
  answer,
  migrate,
  planOf,
  question,
  resultOf,
  startTemporal,
  stepsOf,
  stopTemporal,
  turnBack,
  untilTaskFails,
} from '../support/product/migration.js';
import { createProduct } from '../support/product/product.js';
import { attended, specOf, unattended } from '../support/product/spec.js';
import { expectBeginning, testWaysBack } from '../support/product/ways-back.js';

const steps = stepsOf(await planOf());
const fresh = createProduct();
const beginning = fresh.world({ uids: true });
/** A claim is made anew on the way back, and its volume names it. */
const losesUid = /^v1 PersistentVolume/;

beforeAll(startTemporal, 120_000);
afterAll(stopTemporal);

const patience = 240_000;

function expectSameObjects({ product }: Outcome): void {
  const uids = (world: object) => Object.fromEntries(Object.entries(world).filter(([name]) => !losesUid.test(name)));
  expect(uids(product.world({ uids: true }))).toEqual(uids(beginning));
}

function expectBack(outcome: Outcome): void {
  expectBeginning(outcome, fresh);
  expectSameObjects(outcome);
}

test('the product meets every step that a plan of this kind can have', async () => {
  const shared = ['stop-writers.ts', 'hold-traffic.ts', 'former-policies.ts'];
  const files = [...(await readdir('src/plans')).filter((file) => file.startsWith('kustomize-to-helm')), ...shared];
  const sources = await Promise.all(files.map((file) => readFile(`src/plans/${file}`, 'utf8')));
  // A finalize alone gives volumes their former policies.
  const known = [...sources.join('\n').matchAll(/step: '(\w+)'/g)].map(([, step]) => step).filter((step) => step !== 'restoreReclaimPolicy');
  expect([...new Set(steps.map(({ step }) => step))].sort()).toEqual([...new Set(known)].sort());
});

describe('a KustomizeToHelm of a whole product', () => {
  test(
    'ends with each object as the guide wants it, and none beside them',
    async () => {
      const product = createProduct();
      await migrate({ product }, async ({ run }) => {
        const report = await resultOf(run);
        expect(report).toMatchObject({ phase: 'Succeeded', committed: true, decisions: [] });
        expect(report.steps.map(({ state }) => state)).toEqual(steps.map(() => 'done'));
        await keepHistory('kustomize-to-helm.succeeded', run);
      });
      const world = product.world() as Readonly<Record<string, KubeObject>>;
      expect(Object.keys(world).sort()).toEqual(Object.keys(ended).sort());
      for (const [name, object] of Object.entries(ended)) expect({ [name]: world[name] }).toMatchObject({ [name]: object });
      const uidOf = (all: object, name: string) => (all as Readonly<Record<string, KubeObject>>)[name]?.metadata.uid;
      const adopted = steps
        .filter(({ step }) => step === 'adoptObject')
        .map(({ id }) => Object.keys(world).find((name) => name.endsWith(` ${id.replace('adopt/', '').replace('/', ' ')}`))!);
      for (const name of adopted) expect([name, uidOf(product.world({ uids: true }), name)]).toEqual([name, uidOf(beginning, name)]);
      expect(product.fake.destroyed).toEqual([]);
      expect(product.orphans()).toEqual([]);
    },
    patience,
  );

  testWaysBack(migration, steps, expectSameObjects);

  test(
    'is as it was before the run when it is taken back after its success, from the journal alone, by somebody who accepts the loss',
    async () => {
      const product = createProduct();
      await migrate({ product }, async ({ run, takeBack }) => {
        expect((await resultOf(run)).phase).toBe('Succeeded');
        await expect(takeBack()).rejects.toMatchObject({ cause: { message: expect.stringContaining('is committed') } });
        expectBack({ product, report: await takeBack({ ...ada, acceptDataLoss: true }) });
      });
    },
    patience,
  );

  test(
    'goes back by itself when a step fails and nobody answers',
    async () => {
      const product = createProduct();
      await migrate({ product, spec: specOf(unattended), around: failingOnce('install') }, async ({ run }) => {
        const report = await resultOf(run);
        expect(report.decisions).toMatchObject([{ by: 'deadline', choice: 'rollback' }]);
        expectBack({ product, report });
        await keepHistory('kustomize-to-helm.rolled-back', run);
      });
    },
    patience,
  );

  test(
    'goes on to the same end when a person retries a step that failed',
    async () => {
      const product = createProduct();
      await migrate({ product, spec: specOf(attended), around: failingOnce('volume/files') }, async ({ run }) => {
        await answer(run, 'Hand the volume of files over', 'retry');
        expect((await resultOf(run)).phase).toBe('Succeeded');
        await keepHistory('kustomize-to-helm.retried', run);
      });
      expect(Object.keys(product.world()).sort()).toEqual(Object.keys(ended).sort());
    },
    patience,
  );

  test(
    'parks at a cancel, and goes back when a person says so',
    async () => {
      const product = createProduct();
      const reached = Promise.withResolvers<void>();
      const around: Around = async (_name, act, call) => {
        if (act?.step === 'fence/0') reached.resolve();
        return call();
      };
      await migrate({ product, spec: specOf(attended), around }, async ({ run }) => {
        await reached.promise;
        await run.cancel();
        await question(run, 'Cancel was requested');
        expectBack({ product, report: await turnBack(run, 'Cancel was requested') });
        await keepHistory('kustomize-to-helm.cancelled', run);
      });
    },
    patience,
  );

  test(
    'stands still at a programming error, without going back, and waits for a fixed worker',
    async () => {
      const product = createProduct();
      const failOnce = failingOnce('stop/Deployment/api');
      const around: Around = async (name, act, call) => {
        if (name !== 'inspectKustomizeToHelm') return failOnce(name, act, call);
        const inspected = (await call()) as { readonly policy: object };
        return { ...inspected, policy: { ...inspected.policy, failureWaitSeconds: 'a typo' } };
      };
      await migrate({ product, around }, async ({ run }) => {
        await untilTaskFails(run);
        expect((await run.describe()).status.name).toBe('RUNNING');
        expect(product.fake.changes).toContain('patch Deployment shop/api replicas=0');
        expect(product.fake.changes).not.toContain('patch Deployment shop/api replicas=3');
        await run.terminate();
      });
    },
    patience,
  );
});
