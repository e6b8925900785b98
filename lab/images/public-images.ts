import { busyboxLayer } from './busybox-layer.js';
import { debianLayer } from './debian-layer.js';
import { debianRootLayer } from './debian-root-layer.js';
import { filesLayer } from './files-layer.js';
import type { ImageRecipe } from './image-recipe.js';
import { postgresEntrypoint, temporalEntrypoint, uiEntrypoint } from './public-entrypoints.js';
import { textLayer } from './text-layer.js';
import { toolFolderLayer } from './tool-folder-layer.js';
import { toolLayer } from './tool-layer.js';

const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const env = { PATH: path };
const temporalUser = '1000';
const entrypoint = (name: string, file: string, content: string) => textLayer({ name, files: { [file]: { content, mode: 0o755 } } });

const postgres: ImageRecipe = {
  name: 'postgres:17.10',
  layers: [
    busyboxLayer,
    // of these the clients; they are content with a newer server
    debianLayer({
      name: 'postgres-clients',
      packages: ['libc6', 'libc-bin', 'libstdc++6', 'tzdata', 'postgresql-client-15'],
      omit: ['usr/lib/x86_64-linux-gnu/gconv'],
    }),
    toolFolderLayer('postgres-17', 'usr/lib/postgresql/17'),
    textLayer({
      name: 'postgres-entrypoint',
      files: { 'usr/local/bin/docker-entrypoint.sh': { content: postgresEntrypoint, mode: 0o755 } },
      folders: { 'var/lib/postgresql/data': 0o777, tmp: 0o1777 },
    }),
  ],
  config: {
    env: { PATH: `/usr/lib/postgresql/17/bin:/usr/lib/postgresql/15/bin:${path}`, LANG: 'C.UTF-8', LD_LIBRARY_PATH: '/usr/lib/postgresql/17/lib' },
    command: ['docker-entrypoint.sh'],
    user: '999',
  },
};

const temporalServer: ImageRecipe = {
  name: 'temporalio/server:1.32.1',
  layers: [busyboxLayer, toolLayer('temporal-server'), entrypoint('temporal-entrypoint', 'etc/temporal/entrypoint.sh', temporalEntrypoint)],
  config: { env, command: ['/etc/temporal/entrypoint.sh'], user: temporalUser, workingDir: '/etc/temporal' },
};

const temporalAdminTools: ImageRecipe = {
  name: 'temporalio/admin-tools:1.32.1',
  layers: [busyboxLayer, toolLayer('temporal-sql-tool'), toolLayer('temporal'), toolFolderLayer('temporal-schema', 'etc/temporal/schema')],
  config: { env, command: ['sh'], user: temporalUser },
};

const temporalUi: ImageRecipe = {
  name: 'temporalio/ui:2.54.1',
  layers: [
    busyboxLayer,
    toolLayer('temporal-ui-server', 'home/ui-server/ui-server'),
    toolLayer('temporal-ui-config', 'home/ui-server/config/docker.yaml'),
    entrypoint('ui-entrypoint', 'home/ui-server/start-ui-server.sh', uiEntrypoint),
  ],
  config: { env, command: ['./start-ui-server.sh'], user: temporalUser, workingDir: '/home/ui-server' },
};

const node: ImageRecipe = {
  name: 'node:24.21.0-bookworm-slim',
  layers: [
    debianRootLayer,
    filesLayer('node-24', { 'usr/local/bin/node': { source: process.execPath, mode: 0o755 } }),
    toolFolderLayer('npm-package', 'usr/local/lib/node_modules/npm'),
    textLayer({
      name: 'npm-links',
      files: { 'usr/local/etc/npmrc': { content: 'cafile=/etc/ssl/certs/ca-certificates.crt\n' } },
      links: { 'usr/local/bin/npm': '../lib/node_modules/npm/bin/npm-cli.js', 'usr/local/bin/npx': '../lib/node_modules/npm/bin/npx-cli.js' },
    }),
  ],
  config: { env, command: ['node'] },
};

/**
 * What docker-compose.yml and the Dockerfile take from registries, made here under their public names for a machine that reaches none: the same programs in
 * the same versions at the same paths, started by the same variables.
 */
export const publicImages: readonly ImageRecipe[] = [
  postgres,
  temporalServer,
  temporalAdminTools,
  temporalUi,
  node,
  { name: 'alpine/helm:4.1.4', layers: [busyboxLayer, toolLayer('helm', 'usr/bin/helm')], config: { env, command: ['helm'] } },
  { name: 'registry.k8s.io/kubectl:v1.35.2', layers: [toolLayer('kubectl', 'bin/kubectl')], config: { env, command: ['kubectl'] } },
];
