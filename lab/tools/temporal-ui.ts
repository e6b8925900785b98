import { cp, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { buildGoModule, downloadGoModule } from './go-module.js';
import type { ToolBundle } from './tool-bundle.js';

const version = '2.54.1';
const module = 'github.com/temporalio/ui-server/v2';

/** Temporal's UI as a server of its own, its pages inside. `temporal-ui-config` is what its image is configured by: a template of environment variables. */
export const temporalUi: ToolBundle = {
  name: 'temporal-ui',
  version: `${version}-r2`,
  programs: { 'temporal-ui-server': 'temporal-ui-server', 'temporal-ui-config': 'docker.yaml' },
  async fetch(folder) {
    const goMod = `go 1.26.0\nrequire ${module} v${version}\ntool ${module}/cmd/server\n`;
    await buildGoModule({ goMod, packages: [`${module}/cmd/server`] }, folder);
    await rename(join(folder, 'server'), join(folder, 'temporal-ui-server'));
    const { Dir } = await downloadGoModule(`${module}@v${version}`);
    await cp(join(Dir, 'config/docker.yaml'), join(folder, 'docker.yaml'));
  },
};
