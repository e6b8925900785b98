import { findBlastRadius } from '../../../src/activities/inspect/find-blast-radius.js';
import type { KubeObject } from '../../../src/model/kube-object.js';
import { createFakeCluster } from '../../support/fake-cluster/fake-cluster.js';

const members = [
  { name: 'pg-0', node: 'n1' },
  { name: 'pg-1', node: 'n2' },
  { name: 'pg-2', node: 'n3' },
];

const pod = (namespace: string, name: string, node: string, labels = {}, more: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { namespace, name, labels, ...more },
  ...{ spec: { nodeName: node, containers: [] }, status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] } },
});
const service = (namespace: string, name: string, selector: object) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { namespace, name },
  spec: { selector, ports: [] },
});
const node = (name: string, labels = {}, ready = 'True') => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, labels },
  status: { conditions: [{ type: 'Ready', status: ready }] },
});
const budget = (disruptionsAllowed: number) => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { namespace: 'orders', name: 'pg' },
  spec: { selector: { matchLabels: { app: 'pg' } } },
  status: { disruptionsAllowed },
});

async function radius(objects: readonly KubeObject[], of = members, collateral: readonly string[] = []) {
  const fake = createFakeCluster();
  fake.seed(...['n1', 'n2', 'n3'].map((name) => node(name)), ...of.map((member) => pod('orders', member.name, member.node, { app: 'pg' })), ...objects);
  return findBlastRadius(fake, of, { namespace: 'orders', collateral });
}

test('nodes with nobody else on them may go', async () => {
  expect(await radius([])).toEqual({ collateral: [], obstacles: [] });
});

test.each<[string, readonly KubeObject[], string]>([
  ['a pod of another namespace', [pod('shop', 'web', 'n2')], 'shop/web stands on n2: namespace shop is not in allowed.collateral'],
  ['rehelm itself', [pod('rehelm-system', 'worker', 'n1')], 'rehelm-system/worker stands on n1: rehelm itself'],
  [
    'the last ready pods behind a Service',
    [pod('orders', 'web-1', 'n3', { app: 'web' }), pod('orders', 'web-2', 'n3', { app: 'web' }), service('orders', 'web', { app: 'web' })],
    'Service orders/web has its only ready pods on n3: orders/web-1, orders/web-2',
  ],
  ['a disruption budget that allows none', [budget(0)], 'PodDisruptionBudget orders/pg allows 0 disruptions; 1 of its pods are on n1'],
])('%s is an obstacle, by name', async (_, objects, obstacle) => {
  expect((await radius(objects)).obstacles).toContain(obstacle);
});

test('a node of the control plane is an obstacle', async () => {
  const fake = createFakeCluster();
  fake.seed(
    node('n1', { 'node-role.kubernetes.io/control-plane': '' }),
    node('n2'),
    node('n3'),
    ...members.map(({ name, node: at }) => pod('orders', name, at)),
  );
  expect((await findBlastRadius(fake, members, { namespace: 'orders', collateral: [] })).obstacles).toEqual(['n1 is a node of the control plane']);
});

test.each([
  [2, ['with n1 off, 3 of 5 nodes of zone a are down: Kubernetes evicts nothing there any more']],
  [1, []],
])('%s other nodes of its zone are down', async (down, obstacles) => {
  const fake = createFakeCluster();
  const inZone = ['n1', 'n2', 'n3', 'n4', 'n5'].map((name, at) => node(name, { 'topology.kubernetes.io/zone': 'a' }, at > 4 - down ? 'Unknown' : 'True'));
  fake.seed(
    ...inZone,
    node('n9', { 'topology.kubernetes.io/zone': 'b' }, 'False'),
    ...members.map(({ name }, at) => pod('orders', name, ['n1', 'n8', 'n7'][at]!)),
  );
  const found = await findBlastRadius(fake, [members[0]!, { name: 'pg-1', node: 'n8' }, { name: 'pg-2', node: 'n7' }], { namespace: 'orders', collateral: [] });
  expect(found.obstacles).toEqual(obstacles);
});

test('two of three members on one node are an obstacle: without it there is no quorum', async () => {
  const crowded = [members[0]!, { name: 'pg-1', node: 'n1' }, members[2]!];
  expect((await radius([], crowded)).obstacles).toContain('2 of 3 members are on n1: without it there is no quorum');
});

test('what the spec allows, what ended, and what stands on every node is listed or left out, and is no obstacle', async () => {
  const ended = { ...pod('jobs', 'done', 'n1'), status: { phase: 'Succeeded' } };
  const agent = pod('logging', 'agent', 'n1', {}, { ownerReferences: [{ apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'agent', uid: 'u' }] });
  expect(await radius([pod('shop', 'web', 'n2'), ended, agent], members, ['shop'])).toEqual({ collateral: ['shop/web on n2'], obstacles: [] });
});
