import type { Command } from 'commander';
import { clusterLayout } from '../cluster/cluster-layout.js';
import { nodeLayouts } from '../cluster/node.js';
import { LabError } from '../lab-error.js';
import { nodePower, type PowerState } from '../power/node-power.js';
import { timed } from '../progress.js';
import { nameOption } from './options.js';
import { requireState } from './status.js';

/** `lab node off|on NODE`. */
export function addNodeCommands(program: Command): void {
  const node = program.command('node').description('switch a node off, as a power cut does, or on');
  node
    .command('off <node>')
    .description('pull the cable and kill every process of the node at once; its disk stays')
    .addOption(nameOption())
    .action((name: string, options: { name: string }) => switchNode(options.name, name, 'off'));
  node
    .command('on <node>')
    .description('boot the node again')
    .addOption(nameOption())
    .action((name: string, options: { name: string }) => switchNode(options.name, name, 'on'));
}

async function switchNode(clusterName: string, nodeName: string, wanted: PowerState): Promise<void> {
  const { slot, nodeCount } = requireState(clusterName);
  const names = nodeLayouts(clusterLayout(clusterName, slot), nodeCount).map((node) => node.name);
  if (!names.includes(nodeName)) throw new LabError(`${clusterName} has no node ${nodeName}`, `nodes: ${names.join(', ')}`);
  const power = nodePower(clusterName);
  await timed(`${nodeName} is ${wanted}`, () => (wanted === 'off' ? power.switchOff(nodeName) : power.switchOn(nodeName)));
}
