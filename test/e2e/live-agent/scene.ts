import { join } from 'node:path';
import { rowsSql, sizeOf } from '../../../examples/live-agent/seed/rows.js';
import { pushCharts, type Registry, registryLogin } from '../story/registry.js';
import type { Scene } from '../story/scene-program.js';
import type { Place } from '../story/tools.js';
import { ask, example, helm, inNamespace, onFiles, query, redis, release, remove, untilServed } from './product.js';
import { dataDifferences, type ProductState, readState } from './state.js';

export interface SceneSize {
  /** Of tables and indexes, about. */
  readonly gib: number;
  readonly seed?: number;
  readonly files?: number;
  readonly keys?: number;
  /** Major version of the old server: 11, or 16, which the lab has without extensions. */
  readonly postgres?: number;
}

/** What its pods run, of old and new. */
const images = ['lab.local/postgres:11', 'lab.local/postgres:15', 'lab.local/redis:7', 'lab.local/live-agent:4.43.0', 'lab.local/live-agent:4.44.0'];

/** How a spec's target names the new chart, once `deployLiveAgent` has pushed it. */
export const newChart = ({ host }: Registry) => ({ chart: `oci://${host}/helm/live-agent`, version: '4.44.0', registry: registryLogin });

/**
 * Pushes both charts into the lab's registry and installs the old one from there with the user's values; fills the database, the volume and Redis, and ends
 * the onboarding, as a product has it that has been at work. Serves when it is done.
 */
async function deployLiveAgent(place: Place, registry: Registry, size: SceneSize, tell: (line: string) => void): Promise<void> {
  const { seed = 1, files = 300, keys = 500, postgres = 11 } = size;
  const inside = await pushCharts(
    place,
    registry,
    ['4.43', '4.44'].map((version) => `${example}/charts/live-agent-${version}`),
  );
  const chart = [`oci://${registry.host}/helm/live-agent`, '--version', '4.43.0', '--plain-http'];
  await helm(inside, [
    'install',
    release,
    ...chart,
    '--create-namespace',
    '--values',
    join(place.checkout, example, 'values.yaml'),
    '--set',
    `postgresql.image=lab.local/postgres:${postgres}`,
  ]);
  await untilServed(place, release);
  tell('4.43 is installed and serves');
  await query(place, rowsSql(sizeOf({ gib: size.gib, seed, files })));
  tell(`${size.gib} GiB of rows seeded`);
  await onFiles(place, 'seedFiles', { SEED: String(seed), COUNT: String(files) });
  await seedKeys(place, keys);
  await ask(place, release, '/onboarding', { method: 'POST' });
  for (const part of ['', '-worker', '-odata']) await inNamespace(place, ['rollout', 'status', `deployment/${release}${part}`, '--timeout=180s']);
  await untilServed(place, release);
  tell(`${files} files and ${keys} keys seeded`);
}

/** The new chart names the Service of the app for itself. */
export const untilServedBy = (place: Place, side: 'old' | 'new') => untilServed(place, side === 'new' ? `${release}-app` : release);

/** Sessions with an end, counters, and a list that no worker looks at. */
async function seedKeys(place: Place, keys: number): Promise<void> {
  const script = `for i = 1, tonumber(ARGV[1]) do
    if i % 3 == 0 then redis.call('RPUSH', 'alfred:round_robin:' .. i, i, i + 1) elseif i % 3 == 1 then redis.call('SET', 'session:' .. i, string.rep('s', i), 'EX', 86400)
    else redis.call('HSET', 'alfred:online:' .. i, 'agent', i, 'status', 'online') end end`;
  await redis(place, ['eval', script, '0', String(keys)]);
}

export const scene: Scene<ProductState> = {
  name: 'live-agent',
  images,
  sizes: {
    gib: [0.05, 'of tables and indexes, about'],
    seed: [1, ''],
    files: [300, 'attachments'],
    postgres: [11, 'major version of the old server: 11, or 16, which has no extensions'],
  },
  deploy: (place, registry, { gib = 0, seed = 1, files = 0, postgres = 11 }, tell) => deployLiveAgent(place, registry, { gib, seed, files, postgres }, tell),
  target: newChart,
  readState,
  dataDifferences,
  remove,
};
