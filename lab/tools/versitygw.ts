import { buildGoModule } from './go-module.js';
import type { ToolBundle } from './tool-bundle.js';

const version = '1.8.0';
const module = 'github.com/versity/versitygw';

/** A server that speaks S3 over a folder, and checks signatures and conditions as AWS does: where backups go in tests. */
export const versitygw: ToolBundle = {
  name: 'versitygw',
  version,
  programs: { versitygw: 'versitygw' },
  fetch: (folder) =>
    buildGoModule({ goMod: `go 1.25.0\nrequire ${module} v${version}\ntool ${module}/cmd/versitygw\n`, packages: [`${module}/cmd/versitygw`] }, folder),
};
