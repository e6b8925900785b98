import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { type PlaceOnLab, placeOn } from '../story/place.js';
import { teller } from '../story/tools.js';
import { type ClientPod, startClientPod } from './client-pod.js';
import { type FaultName, faults } from './faults.js';
import { installTarget, removeTarget } from './install-target.js';
import { strikePrimary } from './strike-primary.js';
import { strikeReplica } from './strike-replica.js';
import { type TargetName, targets } from './targets.js';
import { startWriter } from './writer.js';

interface Options {
  readonly lab: string;
  readonly out: string;
  readonly target: TargetName;
  readonly set: readonly string[];
  readonly faults: string;
  readonly clientNode: string;
  readonly keep?: true;
}

interface Client {
  readonly pod: ClientPod;
  readonly strike: (fault: FaultName) => Promise<object>;
}

const isFault = (name: string): name is FaultName => name in faults;

async function startClient({ place, power }: PlaceOnLab, name: TargetName, node: string): Promise<Client> {
  const target = targets[name];
  if (name === 'stateless') {
    const env = [{ name: 'URL', value: `http://${target.service}/healthz` }];
    const pod = await startClientPod(place, { namespace: target.namespace, node, script: 'knocker.sh', env });
    return { pod, strike: (fault) => strikeReplica(place, power, target, pod, fault) };
  }
  const pod = await startWriter(place, target, node);
  return { pod, strike: (fault) => strikePrimary(place, power, target, pod, fault) };
}

async function proveTarget({ lab, out, target: name, set, faults: wanted, clientNode, keep }: Options): Promise<void> {
  const tell = teller();
  const where = await placeOn(lab);
  const target = targets[name];
  const installSeconds = await installTarget(where.place, target, set);
  tell(`${target.chart} (${set.join(', ') || 'as it comes'}) is whole after ${installSeconds} s`);
  const client = await startClient(where, name, clientNode);
  const strikes = [];
  for (const fault of wanted.split(',').filter(isFault)) {
    const strike = await client.strike(fault);
    tell(JSON.stringify(strike));
    strikes.push(strike);
  }
  mkdirSync(out, { recursive: true });
  const file = join(out, [name, ...set].join('-'));
  writeFileSync(`${file}.log`, await client.pod.log());
  writeFileSync(`${file}.json`, `${JSON.stringify({ target: name, values: set, installSeconds, strikes }, null, 2)}\n`);
  await client.pod.stop();
  if (!keep) await removeTarget(where.place, target);
}

await new Command('prove-targets')
  .description("Strikes one of the example's targets on a running lab with four nodes, a database at its primary, and tells what clients saw")
  .requiredOption('--target <name>', 'repmgr, patroni or stateless')
  .option('--set <values...>', 'values of the chart', [])
  .option('--faults <names>', Object.keys(faults).join(','), Object.keys(faults).join(','))
  .option('--lab <name>', '', 'lab')
  .option('--client-node <name>', 'where the client runs', 'n4')
  .option('--out <folder>', '', 'out/drill-targets')
  .option('--keep', 'leave the target installed')
  .action(proveTarget)
  .parseAsync();
