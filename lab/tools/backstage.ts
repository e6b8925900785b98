import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { unpackNpmTarball } from './npm-tarball.js';
import type { ToolBundle } from './tool-bundle.js';

/** Folder → package. Alone they are 2.5 MB; installed with what they depend on, 130 MB. */
const packages = {
  'catalog-model': '@backstage/catalog-model@1.10.1',
  'scaffolder-common': '@backstage/plugin-scaffolder-common@2.3.0',
  'http-request': '@roadiehq/scaffolder-backend-module-http-request@5.8.0',
} as const;

/** Schemas of Backstage's entities, templates and its action for requests, as they are published: folders of packages, not to be run. */
export const backstage: ToolBundle = {
  name: 'backstage',
  version: '1.10.1-2.3.0-5.8.0',
  programs: { 'backstage-catalog-model': 'catalog-model', 'backstage-scaffolder-common': 'scaffolder-common', 'backstage-http-request': 'http-request' },
  async fetch(folder) {
    for (const [name, spec] of Object.entries(packages)) {
      await mkdir(join(folder, name));
      await unpackNpmTarball(spec, join(folder, name));
    }
  },
};
