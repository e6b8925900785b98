import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clusterLayout, maxClusters, nodeLayout } from '../../lab/cluster/cluster-layout.js';
import { createClusterState, listClusters, readClusterState, removeClusterFolder, updateClusterState } from '../../lab/cluster/cluster-state.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cluster-state-'));
  process.env['REHELM_LAB_STATE'] = folder;
});
afterEach(() => {
  delete process.env['REHELM_LAB_STATE'];
  rmSync(folder, { recursive: true });
});

function caught(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return error;
  }
}

test('a cluster gets the lowest free slot, also one that was given back', () => {
  expect(['a', 'b', 'c'].map((name) => createClusterState(name, 1).slot)).toEqual([0, 1, 2]);
  removeClusterFolder('b');
  expect(createClusterState('d', 1).slot).toBe(1);
  expect(listClusters().map((cluster) => cluster.name)).toEqual(['a', 'c', 'd']);
});

test('a change of the state is read back whole, by root only, and leaves no file beside it', () => {
  createClusterState('lab', 3);
  updateClusterState('lab', (state) => ({ ...state, nodesOff: ['n2'] }));
  expect(readClusterState('lab')?.nodesOff).toEqual(['n2']);
  expect(readdirSync(join(folder, 'lab'))).toEqual(['state.json']);
  expect(statSync(join(folder, 'lab/state.json')).mode & 0o777).toBe(0o600);
});

test('no secret of a cluster is another one of its secrets', () => {
  const { adminToken, registryPassword, powerToken } = createClusterState('lab', 1);
  expect(new Set([adminToken, registryPassword, powerToken]).size).toBe(3);
});

test.each(['Lab', '../x', '', 'a'.repeat(21)])('%p is refused as a name', (name) => {
  expect(() => createClusterState(name, 1)).toThrow('is no name for a cluster');
});

test('there is an end to clusters, and the message says what to do', () => {
  for (let index = 0; index < maxClusters; index++) createClusterState(`c${index}`, 1);
  const message = { message: expect.stringContaining('run already'), hint: expect.stringContaining('bin/lab down') };
  expect(caught(() => createClusterState('more', 1))).toMatchObject(message);
});

test('no two clusters or nodes share a name, an address, a range or a port', () => {
  const clusters = Array.from({ length: maxClusters }, (_, slot) => clusterLayout(`c${slot}`, slot));
  const nodes = clusters.flatMap((cluster) => [1, 2, 9].map((index) => nodeLayout(cluster, index)));
  const ranges = clusters.flatMap((cluster) => [cluster.nodeRange, cluster.podRange, cluster.serviceRange, `${cluster.loadBalancerPrefix}.0/24`]);
  const ports = clusters.flatMap((cluster) => [cluster.etcdPort, cluster.etcdPeerPort]);
  const names = nodes.flatMap((node) => [node.link, node.networkNamespace, node.address, node.podRange]);
  for (const group of [ranges, ports.map(String), names]) expect(new Set(group).size).toBe(group.length);
  for (const node of nodes) expect(node.link.length).toBeLessThanOrEqual(15); // the kernel's limit
});
