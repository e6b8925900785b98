import { accessSync, constants, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { CliError } from './cli-error.js';

/** The temporal program: REHELM_TEMPORAL, the PATH, or what the lab has cached. */
export function findTemporal(env: NodeJS.ProcessEnv): string {
  if (env['REHELM_TEMPORAL']) return env['REHELM_TEMPORAL'];
  const onPath = (env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'temporal'));
  const found = [...onPath, ...cached(env)].find(isProgram);
  if (found !== undefined) return found;
  throw new CliError('the program temporal was not found', {
    hint: 'install the Temporal CLI, or name it by REHELM_TEMPORAL; in a checkout: bin/lab tools temporal',
  });
}

/** Newest version first. */
function cached(env: NodeJS.ProcessEnv): readonly string[] {
  const root = env['REHELM_CACHE'] ?? join(env['XDG_CACHE_HOME'] ?? join(env['HOME'] ?? homedir(), '.cache'), 'rehelm');
  const folder = join(root, 'tools/temporal');
  try {
    const versions = readdirSync(folder).sort((a, b) => b.localeCompare(a, undefined, { numeric: true }));
    return versions.map((version) => join(folder, version, 'temporal'));
  } catch {
    return [];
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
