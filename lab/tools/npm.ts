import { unpackNpmTarball } from './npm-tarball.js';
import type { ToolBundle } from './tool-bundle.js';

const version = '11.21.2';

/** npm itself, for an image like Node's own. `npm-package` is a folder. */
export const npm: ToolBundle = {
  name: 'npm',
  version,
  programs: { 'npm-package': '.' },
  fetch: (folder) => unpackNpmTarball(`npm@${version}`, folder),
};
