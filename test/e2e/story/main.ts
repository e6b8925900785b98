import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import { Command } from 'commander';
import { kustomizeToHelmStory } from './kustomize-to-helm.js';
import { type Place, run, teller } from './tools.js';

interface Options {
  readonly lab: string;
  readonly documents: string;
  readonly out: string;
}

/** Everything a story's programs get of the environment: no setting of the caller's own cluster or Temporal leaks in. */
async function placeOn(lab: string): Promise<{ place: Place; registry: { host: string; user: string; password: string } }> {
  const checkout = process.cwd();
  const bare: Place = {
    checkout,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: process.env['HOME'] ?? '',
      ...(process.env['REHELM_CACHE'] && { REHELM_CACHE: process.env['REHELM_CACHE'] }),
    },
  };
  const tool = async (name: string) => (await run(bare, `${checkout}/bin/lab`, ['tools', '--print', name])).stdout.trim();
  const [kubectl, helm, temporal] = [await tool('kubectl'), await tool('helm'), await tool('temporal')];
  const found = JSON.parse((await run(bare, `${checkout}/bin/lab`, ['status', '-o', 'json'])).stdout).find(({ name }: { name: string }) => name === lab);
  if (!found) throw new Error(`no lab ${lab} is up: bin/lab up --name ${lab}`);
  const env = {
    ...bare.env,
    KUBECONFIG: found.kubeconfig,
    KUBECTL: kubectl,
    REHELM_HELM: helm,
    REHELM_TEMPORAL: temporal,
    NO_COLOR: '1',
    USER: 'story',
    REHELM_ESCROW_RECIPIENTS: await identityToRecipient(await generateIdentity()),
  };
  return { place: { checkout, env }, registry: found.registry };
}

async function tellStory({ lab, documents, out }: Options): Promise<void> {
  const tell = teller();
  const folder = join(process.cwd(), out);
  mkdirSync(folder, { recursive: true });
  const result = await kustomizeToHelmStory({ ...(await placeOn(lab)), documents: Number(documents), folder, tell });
  const { phases: _, steps: __, decisions: ___, ...figures } = result;
  process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
}

await new Command('story')
  .description('Takes the example product from Kustomize to Helm on a running lab: with the worker killed, back, again, and finalized')
  .option('--lab <name>', '', 'lab')
  .option('--documents <number>', '', '50000')
  .option('--out <folder>', 'logs and report.json', 'out/demo')
  .action(tellStory)
  .parseAsync();
