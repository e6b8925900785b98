import { existsSync } from 'node:fs';
import { run } from '../process/run-command.js';

/** The bridge, and the host's ends of the cables on it. */
export async function engineLinks(bridge: string): Promise<readonly string[]> {
  if (!existsSync(`/sys/class/net/${bridge}`)) return [];
  const ports: readonly { readonly ifname: string }[] = JSON.parse((await run('ip', ['-json', 'link', 'show', 'master', bridge])) || '[]');
  return [...ports.map(({ ifname }) => ifname), bridge];
}
