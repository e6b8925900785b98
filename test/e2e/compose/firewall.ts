import { run } from '../../../lab/process/run-command.js';

const ofDocker = /docker|10\.190\./i;

/** Rules and policies of the machine's firewall that an engine could have left, and the policy of FORWARD, on which the lab's pods depend. */
export async function firewall(): Promise<readonly string[]> {
  const tables = await Promise.all(['filter', 'nat'].map((table) => run('iptables', ['-w', '-t', table, '-S'])));
  return tables.flatMap((rules) => rules.split('\n')).filter((rule) => ofDocker.test(rule) || rule.startsWith('-P '));
}
