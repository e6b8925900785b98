import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { createActivities } from '../../../src/activities/index.js';
import { createSteps } from '../../../src/activities/steps.js';
import type { Plan, ShownPlan, Step } from '../../../src/model/plan.js';
import { batches } from '../../../src/workflows/engine/batch.js';
import { noRuns } from '../../support/no-runs.js';
import { adaptersOver, asActivity, StepRig } from '../../support/step-rig.js';
import { catalogsOf, startPublisher, startSubscriber } from './support/precopy.js';
import { clusterOver } from './support/real-jobs.js';
import { describeWithPostgres, type Postgres } from './support/server.js';

const databases = [
  { from: 'shop', to: 'store' },
  { from: 'stock', to: 'stock' },
] as const;

/** A product that writes until it is refused; numbers that were acknowledged. */
function startWriting({ at }: Postgres, database: string) {
  const client = new pg.Client({ host: at.host, port: at.port ?? 5432, user: 'product', password: 'product', database });
  client.on('error', () => {});
  const acknowledged: number[] = [];
  const write = async () => {
    await client.connect();
    for (let number = 0; ; number++) {
      await client.query('INSERT INTO item VALUES ($1)', [number]);
      acknowledged.push(number);
      await sleep(2);
    }
  };
  return { acknowledged, refused: write().catch(() => undefined) };
}

describeWithPostgres(16, 18)('a DatabaseCopy ahead, step by step as its plan has them', () => {
  let source: Postgres;
  let target: Postgres;

  beforeAll(async () => {
    [source, target] = await Promise.all([startPublisher(16), startSubscriber(18)]);
    await source.query('postgres', `CREATE ROLE product LOGIN PASSWORD 'product'`);
    for (const { from } of databases) {
      await source.query('postgres', `CREATE DATABASE ${from} OWNER product`);
      await source.query(from, 'CREATE TABLE item (id integer PRIMARY KEY, at timestamptz DEFAULT now()); ALTER TABLE item OWNER TO product');
    }
  }, 60_000);

  afterAll(() => Promise.all([source?.stop(), target?.stop()]));

  const at = ({ at: { host, port } }: Postgres) => ({
    engine: 'postgresql',
    at: { host, port, admin: { user: 'postgres', secretRef: { namespace: 'data', name: 'postgres' } } },
  });

  const specOf = (prove: string) => ({
    ...{ apiVersion: 'rehelm.dev/v1alpha1', kind: 'DatabaseCopy', metadata: { name: 'ahead' }, approval: 'none' },
    ...{ source: at(source), target: at(target), databases, copy: { mode: 'precopy', slotLimit: '1Gi', prove } },
  });

  async function begin(prove: string, run: string) {
    const fake = clusterOver(source);
    const activities = createActivities(adaptersOver(fake, { temporal: { ...noRuns, isOpen: async () => false } })) as Record<
      string,
      (input: object) => Promise<unknown>
    >;
    const inspected = (await asActivity(() => activities['inspectDatabaseCopy']!({ spec: specOf(prove), run }))) as object;
    const shown = (await asActivity(() => activities['planDatabaseCopy']!(inspected))) as ShownPlan;
    expect(await asActivity(() => activities['checkDatabaseCopy']!({ run, shown, ...inspected }))).toEqual([]);
    return { plan: shown.plan, rig: new StepRig(fake, createSteps, {}, run) };
  }

  async function carryOut(plan: Plan, rig: StepRig, before: (step: Step) => Promise<void>): Promise<void> {
    const one = async (step: Step) => {
      await before(step);
      await rig.capture(step.step, step.input, step.id);
      await rig.act(step.step, step.input, step.id);
    };
    for (const batch of plan.phases.flatMap(({ steps }) => batches(steps))) await Promise.all(batch.map(one));
  }

  async function takeBack({ phases }: Plan, rig: StepRig): Promise<void> {
    for (const { step, id } of phases.flatMap(({ steps }) => steps).toReversed()) await rig.undo(step, id);
  }

  const numbersIn = async (name: string) => (await target.query<{ id: number }>(name, 'SELECT id FROM item WHERE id >= 0')).map(({ id }) => id);

  test.each([
    ['before', 'r1'],
    ['after', 'r2'],
  ])(
    'keeps every row that was acknowledged until users are shut out, is proved %s they are let in, and is taken back without a trace',
    async (prove, run) => {
      const before = await catalogsOf(source);
      await source.query('shop', 'TRUNCATE item');
      await source.query('stock', 'TRUNCATE item');
      const { plan, rig } = await begin(prove, run);
      const writers = databases.map(({ from, to }) => ({ to, ...startWriting(source, from) }));
      await carryOut(plan, rig, async ({ step }) => {
        // Users are in by now, and write while their rows are proved.
        if (step === 'verifyPrecopy' && prove === 'after')
          for (const { to } of databases) await target.query(to, 'INSERT INTO item VALUES (-1) ON CONFLICT DO NOTHING');
      });
      for (const { to, acknowledged, refused } of writers) {
        await refused;
        expect(acknowledged.length).toBeGreaterThan(100);
        expect((await numbersIn(to)).filter((number) => acknowledged.includes(number))).toHaveLength(acknowledged.length);
        expect(await target.query(to, `SELECT nspname FROM pg_namespace WHERE nspname LIKE 'rehelm%'`)).toEqual([]);
      }
      await takeBack(plan, rig);
      expect(await catalogsOf(source)).toEqual(before);
      expect(await target.query('postgres', `SELECT datname FROM pg_database WHERE datname IN ('store', 'stock')`)).toEqual([]);
    },
    120_000,
  );
});
