import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { build } from 'esbuild';

/** TypeScript as a process of its own, to be killed. Imports are written from the repository's root. */
export async function startWorker(contents: string): Promise<ChildProcess> {
  const outfile = resolve(`node_modules/.cache/rehelm-test/worker-${randomUUID()}.mjs`);
  await build({ stdin: { contents, resolveDir: resolve('.'), loader: 'ts' }, outfile, bundle: true, packages: 'external', platform: 'node', format: 'esm' });
  return spawn(process.execPath, [outfile], { env: { PATH: process.env['PATH'] ?? '' }, stdio: 'ignore' });
}
