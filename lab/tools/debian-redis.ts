import { unpackDebianPackages } from './debian-packages.js';
import type { ToolBundle } from './tool-bundle.js';

/** Its own libraries, beside what every Debian has; they are found by LD_LIBRARY_PATH. */
const libraries = ['libjemalloc2', 'liblua5.1-0', 'lua-bitop', 'lua-cjson', 'liblzf1', 'libhiredis0.14'];

/** Debian's Redis, with the client's and the server's libraries in `usr/lib`. */
export const debianRedis: ToolBundle = {
  name: 'debian-redis',
  version: 'bookworm',
  programs: { 'redis-server': 'usr/bin/redis-server' },
  fetch: (folder) => unpackDebianPackages(['redis-server', 'redis-tools', ...libraries], folder),
};
