import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { buildGoModule } from './go-module.js';
import type { ToolBundle } from './tool-bundle.js';

const version = '1.14.2';
// in the order in which a query passes them
const plugins = ['bind', 'errors', 'hosts', 'kubernetes'] as const;

/** CoreDNS with only the plugins that a cluster needs: builds in a fraction of the time of the whole. */
export const coredns: ToolBundle = {
  name: 'coredns',
  version,
  programs: { coredns: 'coredns' },
  async fetch(folder) {
    const build = { goMod: 'go 1.25.0\n', files: { 'main.go': corednsMain() }, get: [`github.com/coredns/coredns@v${version}`], packages: ['.'] };
    await buildGoModule(build, folder);
    await rename(join(folder, 'lab-build'), join(folder, 'coredns'));
  },
};

function corednsMain(): string {
  const imports = plugins.map((plugin) => `\t_ "github.com/coredns/coredns/plugin/${plugin}"`).join('\n');
  const directives = plugins.map((plugin) => `"${plugin}"`).join(', ');
  return `package main

import (
\t"github.com/coredns/coredns/core/dnsserver"
\t"github.com/coredns/coredns/coremain"
${imports}
)

func main() {
\tdnsserver.Directives = []string{${directives}}
\tcoremain.Run()
}
`;
}
