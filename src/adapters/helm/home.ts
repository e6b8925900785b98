import { mkdtempSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const prefix = 'rehelm-helm-';
const mine = new Set<string>();

/** Gives each call of helm a home of its own, for its eyes only (0700) and gone afterwards: two calls that share one tear its registry file apart. */
export async function withHome<T>(work: (home: string) => Promise<T>): Promise<T> {
  await sweep();
  // Synchronous, so that no sweep beside this one sees it before it is in the list.
  const home = mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-`));
  mine.add(home);
  try {
    return await work(home);
  } finally {
    await rm(home, { recursive: true, force: true });
    mine.delete(home);
  }
}

/** A worker that was killed leaves its homes behind, credentials of a registry included; the next one removes them. */
async function sweep(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = Number(new RegExp(`^${prefix}(\\d+)-`).exec(name)?.[1]);
    const home = join(tmpdir(), name);
    // In a container every worker has the same pid: one of this pid that is not in the list is a predecessor's.
    if (pid && (pid === process.pid ? !mine.has(home) : !isAlive(pid))) await rm(home, { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Where helm keeps what, all of it in one home. */
export const homeEnv = (home: string): Readonly<Record<string, string>> => ({
  HOME: home,
  HELM_CACHE_HOME: join(home, 'cache'),
  HELM_CONFIG_HOME: join(home, 'config'),
  HELM_DATA_HOME: join(home, 'data'),
  HELM_REGISTRY_CONFIG: registryFile(home),
  HELM_NO_PLUGINS: '1',
  NO_COLOR: '1',
});

export const registryFile = (home: string): string => join(home, 'registry.json');
