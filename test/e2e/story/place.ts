import { generateIdentity, identityToRecipient } from 'age-encryption';
import { type Place, run } from './tools.js';

export interface PlaceOnLab {
  readonly place: Place;
  readonly registry: { readonly host: string; readonly user: string; readonly password: string };
  readonly power: { readonly url: string; readonly token: string };
}

/** Everything a story's programs get of the environment: no setting of the caller's own cluster or Temporal leaks in. */
export async function placeOn(lab: string): Promise<PlaceOnLab> {
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
  return { place: { checkout, env }, registry: found.registry, power: found.power };
}
