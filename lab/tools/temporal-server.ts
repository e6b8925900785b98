import { cp, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../process/run-command.js';
import { buildGoModule, downloadGoModule } from './go-module.js';
import type { ToolBundle } from './tool-bundle.js';

// the newest that this Go compiles: 1.32.2 wants 1.26.10
const version = '1.32.1';
const module = 'go.temporal.io/server';

/** Temporal's server with PostgreSQL, as in production, and the tool that makes its schema. `temporal-schema` is a folder. */
export const temporalServer: ToolBundle = {
  name: 'temporal-server',
  version,
  programs: { 'temporal-server': 'temporal-server', 'temporal-sql-tool': 'temporal-sql-tool', 'temporal-schema': 'schema' },
  async fetch(folder) {
    const packages = [`${module}/cmd/server`, `${module}/cmd/tools/sql`];
    const goMod = `go 1.26.0\nrequire ${module} v${version}\ntool (\n${packages.join('\n')}\n)\n`;
    await buildGoModule({ goMod, packages }, folder);
    await rename(join(folder, 'server'), join(folder, 'temporal-server'));
    await rename(join(folder, 'sql'), join(folder, 'temporal-sql-tool'));
    const { Dir } = await downloadGoModule(`${module}@v${version}`);
    await cp(join(Dir, 'schema/postgresql'), join(folder, 'schema/postgresql'), { recursive: true });
    await run('chmod', ['-R', 'u+w', join(folder, 'schema')]); // Go's module cache is read-only
  },
};
