import { run, succeeds } from '../process/run-command.js';

/** Host routes by which a client on this machine reaches cluster addresses: destination → address of the node that takes the traffic. */
export type HostRoutes = ReadonlyMap<string, string>;

/** Sets the routes that are wanted and removes those below `prefix` that are not. One node takes it all: kube-proxy there spreads it. */
export async function setHostRoutes(bridge: string, prefix: string, wanted: HostRoutes): Promise<void> {
  const present = parseRoutes(await run('ip', ['route', 'show', 'dev', bridge]));
  for (const [destination, via] of wanted) {
    if (present.get(destination) !== via) await run('ip', ['route', 'replace', destination, 'via', via, 'dev', bridge]);
  }
  const stale = [...present.keys()].filter((destination) => destination.startsWith(`${prefix}.`) && !wanted.has(destination));
  for (const destination of stale) await succeeds('ip', ['route', 'del', destination, 'dev', bridge]);
}

/** Destination → gateway, out of `ip route show`; routes without a gateway are left out. */
export function parseRoutes(listing: string): HostRoutes {
  return new Map([...listing.matchAll(/^(\S+) via (\S+)/gm)].map((match) => [match[1]!, match[2]!]));
}
