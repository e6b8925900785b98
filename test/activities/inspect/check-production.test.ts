import { checkProduction } from '../../../src/activities/inspect/check-production.js';
import { failoverDrillSchema } from '../../../src/model/schema/failover-drill.js';
import { nodeOffDrill } from '../../support/drill/orders.js';
import { createFakeCluster } from '../../support/fake-cluster/fake-cluster.js';

const namespace = (name: string, labels: Readonly<Record<string, string>> = {}) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } });
const named = namespace('rehelm-system', { 'rehelm.dev/cluster': 'prod-eu' });
const harmless = { 'rehelm.dev/production': 'false' };
const iUnderstand = { cluster: 'prod-eu', namespace: 'orders', by: 'ada@example.com', until: '2027-01-31' };
const standing = { schedule: 'drill/orders/x', by: 'ada@example.com', via: 'cli', spec: 'cafe', until: '2027-02-01' } as const;

async function look(namespaces: readonly ReturnType<typeof namespace>[], more: object = {}, by?: string, now = '2027-01-31T23:59:00Z') {
  const fake = createFakeCluster();
  fake.seed(...namespaces);
  const spec = failoverDrillSchema.parse({ ...nodeOffDrill, ...more });
  const { isProduction, problems } = await checkProduction(fake, spec, by === undefined ? undefined : { ...standing, by }, Date.parse(now));
  return { isProduction, problems: problems.map(({ message }) => message) };
}

test.each([
  ['says so', [namespace('orders', harmless)], false],
  ['says nothing, and rehelm’s own neither', [namespace('orders'), named], true],
  ['says nothing, and rehelm’s own says so for all', [namespace('orders'), namespace('rehelm-system', harmless)], false],
  ['says true, whatever rehelm’s own says', [namespace('orders', { 'rehelm.dev/production': 'true' }), namespace('rehelm-system', harmless)], true],
  ['says something else', [namespace('orders', { 'rehelm.dev/production': 'no' }), named], true],
])('a namespace that %s is production or not', async (_, namespaces, isProduction) => {
  expect((await look(namespaces)).isProduction).toBe(isProduction);
});

test('elsewhere than in production nothing is asked for', async () => {
  expect(await look([namespace('orders', harmless)], { approval: 'none' })).toEqual({ isProduction: false, problems: [] });
});

test('in production a waiver that names cluster and namespace is enough until its last day is over', async () => {
  expect((await look([namespace('orders'), named], { iUnderstand })).problems).toEqual([]);
  expect((await look([namespace('orders'), named], { iUnderstand }, undefined, '2027-02-01T00:00:00Z')).problems).toEqual([
    'iUnderstand held until 2027-01-31',
  ]);
});

test.each([
  [
    'no waiver',
    {},
    'orders is production, as rehelm.dev/production does not say false: iUnderstand: {cluster: prod-eu, namespace: orders, by, until} is needed',
  ],
  ['one for another cluster', { iUnderstand: { ...iUnderstand, cluster: 'lab' } }, 'iUnderstand names the cluster lab; this is prod-eu'],
  ['nobody to approve it', { iUnderstand, approval: 'none' }, 'approval: none is refused in production: another person than ada@example.com approves'],
])('in production %s is a problem', async (_, more, problem) => {
  expect((await look([namespace('orders'), named], more)).problems).toEqual([problem]);
});

test('in production a scheduled drill is approved by another person, who scheduled it', async () => {
  expect((await look([namespace('orders'), named], { iUnderstand, approval: 'none' }, 'bob@example.com')).problems).toEqual([]);
  expect((await look([namespace('orders'), named], { iUnderstand }, 'ada@example.com')).problems).toEqual([
    'ada@example.com signed iUnderstand and scheduled it: another person schedules it',
  ]);
});

test('a cluster that nobody has named takes no waiver, and it is said how it is named', async () => {
  expect((await look([namespace('orders')], { iUnderstand })).problems).toEqual([
    'orders is production, and nobody has named this cluster: kubectl label namespace rehelm-system rehelm.dev/cluster=NAME',
  ]);
});

test('production that would go down with the node of something else is a problem', async () => {
  const beside = { allowed: { collateral: ['orders', 'shop', 'lab'] } };
  expect((await look([namespace('orders', harmless), namespace('shop'), namespace('lab', harmless)], beside)).problems).toEqual([
    'shop of allowed.collateral is production, the target is not: a waiver for production names the namespace of its target',
  ]);
});
