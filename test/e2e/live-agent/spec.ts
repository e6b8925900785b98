import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Registry } from '../story/registry.js';
import { example, release } from './product.js';
import { newChart } from './scene.js';

export const workflowId = 'migrate/live-agent/cognigy-live-agent';

/** The example's spec with the lab's registry; answers its file. `mode`: how its database goes along; `map`: of values. */
export function writeSpec(registry: Registry, folder: string, mode = 'dump', map = 'live-agent-4.44-complete'): string {
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
