import type { FailoverDrillInventory } from '../../src/model/failover-drill.js';
import { failoverDrillSchema } from '../../src/model/schema/failover-drill.js';
import { specKinds } from '../../src/model/schema/kinds.js';
import { planFailoverDrill } from '../../src/plans/failover-drill.js';

const example = specKinds.FailoverDrill.example;
const found: FailoverDrillInventory = {
  serverVersion: 'v1.34.4',
  members: [
    { name: 'pg-0', node: 'n1' },
    { name: 'pg-1', node: 'n2' },
  ],
  freeNodes: ['n1', 'n2', 'n3'],
  collateral: ['shop/web-1 on n2'],
  obstacles: [],
};
const plan = (spec: object) => planFailoverDrill(failoverDrillSchema.parse(spec), found);

test('each profile is a phase with a guard before and a clean-up after the course; the start is approved once', () => {
  const { phases } = plan({ ...example, profiles: { loose: {}, asConfigured: {}, strict: { expect: { rto: '60s', lostWrites: 0 } } } });
  expect(phases.map(({ id, gate }) => [id, gate])).toEqual([
    ['asConfigured', 'start'],
    ['strict', undefined],
    ['loose', undefined],
  ]);
  expect(phases[1]?.steps.map(({ id, step }) => [id, step])).toEqual([
    ['prepare/strict', 'prepareDrill'],
    ['drive/strict', 'driveDrill'],
    ['clean/strict', 'cleanDrill'],
  ]);
});

test('no other drill runs in the cluster, and nothing else on the target; nothing is left to take back', () => {
  expect(plan(example)).toMatchObject({ locks: ['fault', 'source/orders/app.kubernetes.io/component=postgresql'], leavesNothing: true });
});

test('a course has the time of its worst case', () => {
  const [{ steps } = { steps: [] }] = plan(example).phases;
  // 60 s steady, 600 s until the guard acts, 600 s until it must be whole, 300 s around.
  expect(steps[1]).toMatchObject({
    withinSeconds: 1560,
    input: { withinSeconds: 1560, expect: { rtoSeconds: 60, lostWrites: 0, redundancyWithinSeconds: 600 } },
  });
});

test('who goes down with a node stands in the notes that are approved', () => {
  expect(plan(example).notes).toEqual(expect.arrayContaining(['members: pg-0 on n1, pg-1 on n2', 'goes down with its node: shop/web-1 on n2']));
});

test('secrets are named in the plan, never held', () => {
  expect(plan(example).phases[0]?.steps[0]?.input).toMatchObject({
    login: { namespace: 'orders', name: 'drill-login', userKey: 'username', passwordKey: 'password' },
    power: 'rack-pdu',
  });
});

describe('a spec is refused', () => {
  const problems = (spec: object) => failoverDrillSchema.safeParse(spec).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);

  test('where the guard would act before the fault is over', () => {
    const fault = { kind: 'nodeOff', power: 'rack', lasts: '10m', revertAfter: '10m' };
    expect(problems({ ...example, fault })).toEqual(['fault.revertAfter: the guard would take the fault back after 600 s; it lasts 600 s']);
  });

  test('where a target without a database should be strict', () => {
    const target = { engine: 'http', namespace: 'shop', pods: { selector: 'app=web' }, requestTo: 'service/web' };
    expect(problems({ ...example, target })).toEqual(['profiles: a target that holds nothing has no strict and no loose profile']);
  });

  test('with no profile, and with a key that it does not know', () => {
    expect(problems({ ...example, profiles: {} })).toEqual(['profiles: name at least one profile: asConfigured, strict or loose']);
    expect(problems({ ...example, fault: { kind: 'podDelete', lasts: '5s' } })).toHaveLength(1);
  });
});
