import { scratchFolder } from '../../support/scratch-folder.js';
import { apply, type Place, run } from './tools.js';

export interface Registry {
  readonly host: string;
  readonly user: string;
  readonly password: string;
}

/** How a spec names the login that `pushCharts` leaves in the cluster. */
export const registryLogin = { secretRef: { namespace: 'rehelm-system', name: 'registry-login' }, plainHttp: true } as const;

/** Charts' folders into oci://HOST/helm, and the registry's login as a Secret. Answers the place in which helm is logged in. */
export async function pushCharts(place: Place, { host, user, password }: Registry, charts: readonly string[]): Promise<Place> {
  const folder = scratchFolder('story');
  const helm = place.env['REHELM_HELM']!;
  const inside: Place = { ...place, env: { ...place.env, HELM_REGISTRY_CONFIG: `${folder}/registry.json` } };
  await run(inside, helm, ['registry', 'login', host, '--plain-http', '-u', user, '--password-stdin'], { input: password });
  for (const chart of charts) {
    const { stdout } = await run(inside, helm, ['package', chart, '-d', folder]);
    const archive = /saved it to: (.+)$/m.exec(stdout)?.[1];
    if (archive === undefined) throw new Error(`helm package ${chart} says: ${stdout}`);
    await run(inside, helm, ['push', archive, `oci://${host}/helm`, '--plain-http']);
  }
  const { namespace, name } = registryLogin.secretRef;
  await apply(place, [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, stringData: { username: user, password } },
  ]);
  return inside;
}
