import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { buildGoModule } from './go-module.js';
import type { ToolBundle } from './tool-bundle.js';

const version = '2.40.3';
const module = 'github.com/docker/compose/v2';

/** Compose v2, as a program of its own. Debian's is 1.29. */
export const dockerCompose: ToolBundle = {
  name: 'docker-compose',
  version,
  programs: { 'docker-compose': 'docker-compose' },
  async fetch(folder) {
    const goMod = `go 1.24.0\nrequire ${module} v${version}\ntool ${module}/cmd\n`;
    await buildGoModule({ goMod, packages: [`${module}/cmd`], variables: { [`${module}/internal.Version`]: `v${version}` } }, folder);
    await rename(join(folder, 'cmd'), join(folder, 'docker-compose'));
  },
};
