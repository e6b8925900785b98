import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Registry } from '../story/registry.js';
import { type Place, rehelm } from '../story/tools.js';
import { playUpgrade } from '../story/upgrade-course.js';
import { example, helm, release, untilServed } from './product.js';
import { newChart, scene } from './scene.js';

/** The example's spec with the lab's registry and a map of values. */
function specFor(registry: Registry, folder: string, map: string, mode = 'dump'): string {
  const change = modes[mode];
  if (!change) throw new Error(`no mode ${mode}: ${Object.keys(modes).join(', ')}`);
  const file = join(folder, `${map}.json`);
  const spec: Spec = parse(readFileSync(join(example, 'spec.yaml'), 'utf8'));
  const migrate = join(process.cwd(), example, 'maps', `${map}.yaml`);
  writeFileSync(file, JSON.stringify(change({ ...spec, target: { ...spec.target, ...newChart(registry), values: { ...spec.target.values, migrate } } })));
  return file;
}

interface Spec {
  readonly target: { readonly values: object };
  readonly databases: readonly [object];
}

const postgres = { claim: `data-${release}-postgresql-0`, image: 'lab.local/postgres:11' };
const inDirectory = { ...postgres, data: 'pgdata', user: { uid: 999, gid: 999 } };

/** How the example's database goes along. */
const modes: Readonly<Record<string, (spec: Spec) => object>> = {
  dump: (spec) => spec,
  copy: ({ databases: [database], ...spec }) => ({
    ...spec,
    databases: [{ ...database, mode: 'copy', volume: inDirectory }],
  }),
  /** The new chart with the old one's version of PostgreSQL. */
  rebind: ({ databases: [database], ...spec }) => ({
    ...withServer(spec, postgres.image),
    replaceVolumes: 'redis-data-*',
    databases: [{ ...database, mode: 'rebind', rebind: { claim: postgres.claim } }],
  }),
  upgradeInPlace: ({ databases: [database], ...spec }) => ({
    ...withServer(spec, 'lab.local/postgres:18'),
    databases: [{ ...database, mode: 'upgradeInPlace', volume: { ...inDirectory, image: 'lab.local/postgres:15-18' }, upgrade: { major: 18 } }],
  }),
};

/** The new chart with a server of this image, and with the passwords that the old data know. */
const withServer = ({ target, ...spec }: Omit<Spec, 'databases'>, image: string) => ({
  ...spec,
  target: { ...target, values: { ...target.values, set: { postgresql: { image } } } },
  secrets: {
    regenerate: [`${release}-redis`],
    rekey: [{ name: `${release}-postgresql`, keys: ['postgres-password', 'password'].map((to) => ({ from: 'postgresql-password', to })) }],
  },
});

/** Keys that the new chart silently no longer reads stop the plan, by name. */
async function expectUnread(place: Place, specFile: string): Promise<void> {
  const { exitCode, stdout, stderr } = await rehelm(place, ['plan', '-f', specFile], { mayFail: true });
  const missing = ['redis.password', 'postgresql.persistence'].filter((key) => !`${stdout}${stderr}`.includes(`does not read ${key}`));
  if (exitCode === 0 || missing.length > 0) throw new Error(`the plan takes values that nobody reads (${missing.join(', ')}):\n${stdout}${stderr}`);
}

await playUpgrade({
  scene,
  workflowId: 'migrate/live-agent/cognigy-live-agent',
  // Of 11 there are no programs that an upgrade in place needs.
  sizesOf: (mode) => ({ postgres: mode === 'upgradeInPlace' ? 16 : 11 }),
  newRelease: 'live-agent-4.44.0',
  writeSpec: (registry, folder, mode) => specFor(registry, folder, 'live-agent-4.44-complete', mode),
  untilServed: (place, side) => untilServed(place, side === 'new' ? `${release}-app` : release),
  upgradeByHand: (place) => helm(place, ['upgrade', release, `${example}/charts/live-agent-4.43`, '--reuse-values', '--set', 'app.replica=1']),
  async tryBefore(place, registry, folder, tell) {
    await expectUnread(place, specFor(registry, folder, 'live-agent-4.44'));
    tell("the guide's own list of keys is refused: two are missing in it");
  },
});
