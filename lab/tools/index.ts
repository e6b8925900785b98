import { join } from 'node:path';
import { LabError } from '../lab-error.js';
import { backstage } from './backstage.js';
import { cachedFolder } from './cached-folder.js';
import { coredns } from './coredns.js';
import { debianDaemons } from './debian-daemons.js';
import { debianRedis } from './debian-redis.js';
import { dockerCompose } from './docker-compose.js';
import { dockerEngine } from './docker-engine.js';
import { ferretdb } from './ferretdb.js';
import { kubectlHelm } from './kubectl-helm.js';
import { kubernetes } from './kubernetes.js';
import { localPathProvisioner } from './local-path-provisioner.js';
import { npm } from './npm.js';
import { postgresServers } from './postgres-servers.js';
import { postgresWithClients } from './postgres-with-clients.js';
import { temporalCli } from './temporal-cli.js';
import { temporalServer } from './temporal-server.js';
import { temporalUi } from './temporal-ui.js';
import type { ToolBundle } from './tool-bundle.js';
import { toxiproxy } from './toxiproxy.js';
import { versitygw } from './versitygw.js';

const bundles: readonly ToolBundle[] = [
  debianDaemons,
  debianRedis,
  kubectlHelm,
  temporalCli,
  kubernetes,
  coredns,
  localPathProvisioner,
  ferretdb,
  dockerEngine,
  dockerCompose,
  temporalServer,
  temporalUi,
  ...postgresServers,
  postgresWithClients,
  toxiproxy,
  versitygw,
  npm,
  backstage,
];

/** Names that ensureTool and `lab tools` take. */
export function toolNames(): readonly string[] {
  return bundles.flatMap((bundle) => Object.keys(bundle.programs));
}

/** The path of a program, fetched or built first if the cache lacks it. */
export async function ensureTool(name: string): Promise<string> {
  const bundle = bundles.find((candidate) => name in candidate.programs);
  if (bundle === undefined) throw new LabError(`there is no tool ${name}`, `tools: ${toolNames().join(', ')}`);
  const programs = Object.keys(bundle.programs);
  const label = programs.length > 1 ? `${bundle.name} ${bundle.version} (${programs.join(', ')})` : `${bundle.name} ${bundle.version}`;
  const folder = await cachedFolder(join('tools', bundle.name, bundle.version), label, (empty) => bundle.fetch(empty));
  return join(folder, bundle.programs[name]!);
}
