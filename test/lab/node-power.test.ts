import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClusterState, updateClusterState } from '../../lab/cluster/cluster-state.js';
import { nodePower } from '../../lab/power/node-power.js';
import { recordProcess } from '../../lab/process/process-record.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'node-power-'));
  process.env['REHELM_LAB_STATE'] = folder;
});
afterEach(() => {
  delete process.env['REHELM_LAB_STATE'];
  rmSync(folder, { recursive: true });
});

test('a node has power while its first process lives, whatever was asked of it', () => {
  createClusterState('lab', 2);
  updateClusterState('lab', (state) => ({ ...state, nodesOff: ['n1'], processes: { n1: recordProcess(process.pid)! } }));
  const power = nodePower('lab');
  expect([power.read('n1'), power.read('n2'), power.read('n3')]).toEqual(['on', 'off', undefined]);
});

test('a node that is not there cannot be switched, nor one of a cluster that is not', async () => {
  createClusterState('lab', 2);
  await expect(nodePower('lab').switchOff('n3')).rejects.toThrow('lab has no node n3');
  await expect(nodePower('other').switchOn('n1')).rejects.toThrow('there is no cluster other');
});
