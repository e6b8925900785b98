import type { KubeObject } from '../../src/model/kube-object.js';
import { planOfPlay } from '../support/database-backup/play.js';
import { type createIdp, dataOf, idpPlay, idpSpec } from '../support/postgres-to-ha/play.js';
import { failingOnce } from '../support/product/cases.js';
import { keepHistory } from '../support/product/histories.js';
import { ada, answer, migrate, resultOf, startTemporal, stepsOf, stopTemporal } from '../support/product/migration.js';
import { attended } from '../support/product/spec.js';
import { expectBeginning, patience, testWaysBack } from '../support/product/ways-back.js';

const steps = stepsOf(await planOfPlay(idpPlay, 'PostgresToHa'));
const { workflow, create } = idpPlay;

beforeAll(startTemporal, 120_000);
afterAll(stopTemporal);

const claimsOf = ({ fake }: ReturnType<typeof createIdp>) => fake.all('v1', 'PersistentVolumeClaim').map(({ metadata }) => metadata.name);
const progressOf = ({ fake }: ReturnType<typeof createIdp>) =>
  fake.find<KubeObject & { readonly data: object }>({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'iam', name: 'idp-db-upgrade' })?.data;

test(
  'a PostgresToHA ends with the members at work on the rows of the single server; a finalize drops what was kept',
  async () => {
    const product = create();
    await migrate({ workflow, product, spec: idpSpec() }, async ({ run, finalize }) => {
      const report = await resultOf(run);
      expect(report).toMatchObject({ phase: 'Succeeded', committed: true });
      expect(report.steps.map(({ id, state }) => [id, state])).toEqual(steps.map(({ id }) => [id, 'done']));
      await keepHistory('postgres-to-ha.succeeded', run);
      expect(dataOf(product)).toMatchObject({ keycloak: { rows: ['1', '2', '3'] }, rehelm_replaced_keycloak: { rows: [] } });
      expect(claimsOf(product)).toEqual([...['data-idp-ha-0', 'data-idp-ha-1', 'data-idp-ha-2'], ...['data-idp-postgresql-0', 'idp-ha-keycloak-backup']]);
      expect(progressOf(product)).toMatchObject({ state: 'completed', phase: 'completed', backup: 'idp-ha-keycloak-backup', run: run.firstExecutionRunId });
      expect((await finalize()).phase).toBe('Finalized');
    });
    expect(Object.keys(dataOf(product))).toEqual(['keycloak']);
    expect(claimsOf(product)).toEqual(['data-idp-ha-0', 'data-idp-ha-1', 'data-idp-ha-2']);
    expect(progressOf(product)).toMatchObject({ state: 'completed' });
    expect(product.orphans()).toEqual([]);
  },
  patience,
);

describe('a PostgresToHA', () => testWaysBack(idpPlay, steps));

test(
  'a PostgresToHA is as it was before when it is taken back after its success',
  async () => {
    const product = create();
    await migrate({ workflow, product, spec: idpSpec() }, async ({ run, takeBack }) => {
      expect((await resultOf(run)).phase).toBe('Succeeded');
      expectBeginning({ product, report: await takeBack({ ...ada, acceptDataLoss: true }) }, create());
    });
  },
  patience,
);

test(
  'a PostgresToHA of what has its members already does nothing',
  async () => {
    const product = create();
    await migrate({ workflow, product, spec: idpSpec() }, async ({ run }) => void (await resultOf(run)));
    const world = product.world();
    await migrate({ workflow, product, spec: idpSpec() }, async ({ run }) => {
      const report = await resultOf(run);
      expect(report).toMatchObject({ phase: 'Succeeded', steps: [] });
      expect(report.title).toMatch(/is idp 2.0.0 already, since revision 4: nothing to do/);
    });
    expect(product.world()).toEqual(world);
  },
  patience,
);

test(
  'a PostgresToHA goes on from its dump when a person retries a restore that failed',
  async () => {
    const product = create();
    await migrate({ workflow, product, spec: idpSpec(attended), around: failingOnce('restore/keycloak') }, async ({ run }) => {
      await answer(run, 'Restore keycloak', 'retry');
      expect((await resultOf(run)).phase).toBe('Succeeded');
      await keepHistory('postgres-to-ha.retried', run);
    });
    expect(dataOf(product)).toMatchObject({ keycloak: { rows: ['1', '2', '3'] } });
  },
  patience,
);

test(
  'a PostgresToHA is as it was before when a person turns it back whose standbys do not follow',
  async () => {
    const product = create();
    await migrate({ workflow, product, spec: idpSpec(attended), around: failingOnce('standbys') }, async ({ run }) => {
      await answer(run, 'Prove that', 'rollback');
      expectBeginning({ product, report: await resultOf(run) }, create());
      await keepHistory('postgres-to-ha.rolled-back', run);
    });
  },
  patience,
);

test(
  'a PostgresToHA is refused where members would take what their claims hold',
  async () => {
    const product = create();
    const claim = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { namespace: 'iam', name: 'data-idp-ha-1' }, spec: {} } as KubeObject;
    product.fake.seed(claim);
    const before = product.world();
    await migrate({ workflow, product, spec: idpSpec({ approval: 'none' }) }, async ({ run }) => {
      await expect(resultOf(run)).rejects.toMatchObject({ cause: { message: expect.stringContaining('kubectl delete pvc data-idp-ha-1 -n iam') } });
    });
    expect(product.world()).toEqual(before);
  },
  patience,
);

const { source, target } = idpSpec() as { readonly source: object; readonly target: object };
const refused = (more: object) => idpSpec({ approval: 'none', ...more });

test.each([
  ['a single server that is not there', refused({ source: { ...source, statefulSet: 'idp-postgres' } }), 'StatefulSet iam/idp-postgres is not there'],
  ['members that the chart does not make', refused({ target: { ...target, primary: 'statefulset/idp-h' } }), 'the new chart makes no StatefulSet idp-h'],
  ['members that come up all at once', refused({ installEmpty: { web: { replicas: 0 } } }), 'comes up with 3 replicas'],
  ['no second member', refused({ target: { ...target, values: { set: { ha: { replicas: 1 } } } } }), 'nothing would follow the primary'],
  ['a chart that keeps the single server', refused({ target: { ...target, values: { set: { both: true } } } }), 'the single server would stay'],
  [
    'a pooler that the chart does not make',
    refused({ target: { ...target, pooler: { service: 'service/pgpool', password: { secretRef: { name: 'idp-ha', key: 'password' } } } } }),
    'the new chart makes no Service pgpool',
  ],
  ['a database that is not there', refused({ databases: [{ engine: 'postgresql', name: 'keycloack' }] }), 'database keycloack is not there'],
  ['an exposure that no value closes', refused({ traffic: { hold: ['ingress/idp'] } }), 'shows the new release to users before the commit'],
])(
  'a PostgresToHA with %s touches nothing',
  async (_, spec, message) => {
    const product = create();
    await migrate({ workflow, product, spec }, async ({ run }) => {
      await expect(resultOf(run)).rejects.toMatchObject({ cause: { message: expect.stringContaining(message) } });
    });
    expect(product.world()).toEqual(create().world());
  },
  patience,
);
