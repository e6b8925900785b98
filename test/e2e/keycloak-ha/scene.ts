import { join } from 'node:path';
import { rowsSql, seededLogin, sizeOf } from '../../../examples/keycloak-ha/seed/rows.js';
import { pushCharts, type Registry, registryLogin } from '../story/registry.js';
import type { Scene } from '../story/scene-program.js';
import type { Place } from '../story/tools.js';
import { example, helm, inNamespace, logIn, query, release, remove, untilServed } from './product.js';
import { dataDifferences, type ProductState, readState } from './state.js';

export interface SceneSize {
  /** Of tables and indexes, about. */
  readonly gib: number;
  readonly seed?: number;
}

/** What its pods run, of old and new. */
const images = ['lab.local/postgres:15', 'lab.local/postgres-ha:15', 'lab.local/sso:1.4.0', 'lab.local/sso:2.0.0'];

/** How a spec's target names the new chart, once `deploySso` has pushed it. */
export const newChart = ({ host }: Registry) => ({ chart: `oci://${host}/helm/sso`, version: '2.0.0', registry: registryLogin });

/** Pushes both charts into the lab's registry, installs the old one from there with the user's values and fills its database. Its users can log in when it is done. */
async function deploySso(place: Place, registry: Registry, { gib, seed = 1 }: SceneSize, tell: (line: string) => void): Promise<void> {
  const charts = ['1', '2'].map((version) => `${example}/charts/sso-${version}`);
  const inside = await pushCharts(place, registry, charts);
  const chart = [`oci://${registry.host}/helm/sso`, '--version', '1.4.0', '--plain-http'];
  await helm(inside, ['install', release, ...chart, '--create-namespace', '--values', join(place.checkout, example, 'values.yaml')]);
  await inNamespace(place, ['rollout', 'status', `statefulset/${release}-keycloak`, '--timeout=180s']);
  await untilServed(place, `${release}-keycloak`, '/health/ready');
  tell('1.4.0 is installed and serves');
  const size = sizeOf({ gib, seed });
  await query(place, rowsSql(size));
  tell(`${size.users} users seeded`);
  const status = await logIn(place, seededLogin(7));
  if (status !== 200) throw new Error(`a seeded user logs in and is answered ${status}`);
}

export const scene: Scene<ProductState> = {
  name: 'keycloak-ha',
  images,
  sizes: { gib: [0.05, 'of tables and indexes, about'], seed: [1, ''] },
  deploy: (place, registry, { gib = 0, seed = 1 }, tell) => deploySso(place, registry, { gib, seed }, tell),
  target: newChart,
  readState,
  dataDifferences,
  remove,
};
