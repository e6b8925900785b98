import { buildGoModule } from './go-module.js';
import type { ToolBundle } from './tool-bundle.js';

const version = '2.12.0';
const module = 'github.com/Shopify/toxiproxy/v2';

/** A TCP proxy that delays and slows each connection, where the kernel can't: what a network does to one stream. */
export const toxiproxy: ToolBundle = {
  name: 'toxiproxy',
  version,
  programs: { toxiproxy: 'server' },
  fetch: (folder) =>
    buildGoModule({ goMod: `go 1.24.0\nrequire ${module} v${version}\ntool ${module}/cmd/server\n`, packages: [`${module}/cmd/server`] }, folder),
};
