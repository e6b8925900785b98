import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../process/run-command.js';

/** Programs of Go modules, built in a small module of ours. */
export interface GoBuild {
  /** Lines of our go.mod after the `module` line. */
  readonly goMod: string;
  /** Other files of our module: path → content. */
  readonly files?: Readonly<Record<string, string>>;
  /** `module@version` to `go get` first; leave out what goMod already requires. */
  readonly get?: readonly string[];
  /** Main packages; `.` is our own. */
  readonly packages: readonly string[];
  /** String variables to set at link time: import path and name → value. */
  readonly variables?: Readonly<Record<string, string>>;
}

const hint = 'needs Go 1.25 or newer on the PATH and a module proxy that it can reach (go env GOPROXY)';
const env = { CGO_ENABLED: '0', GOFLAGS: '-mod=mod', GOWORK: 'off' };

/** Builds every package in one `go build`, so that what they share is compiled and loaded once. Static, stripped binaries in `folder`. */
export async function buildGoModule(build: GoBuild, folder: string): Promise<void> {
  const workspace = await mkdtemp(join(tmpdir(), 'rehelm-go-'));
  const go = (args: readonly string[]) => run('go', args, { cwd: workspace, env, hint });
  try {
    await writeFile(join(workspace, 'go.mod'), `module rehelm.dev/lab-build\n${build.goMod}`);
    for (const [path, content] of Object.entries(build.files ?? {})) await writeFile(join(workspace, path), content);
    if (build.get !== undefined) await go(['get', ...build.get]);
    await go(['mod', 'tidy']);
    const settings = Object.entries(build.variables ?? {}).map(([name, value]) => ` -X ${name}=${value}`);
    await go(['build', '-ldflags', `-s -w${settings.join('')}`, '-o', `${folder}/`, ...build.packages]);
  } finally {
    await rm(workspace, { recursive: true, force: true });
  }
}

/** What `go mod download` says of a module: paths in Go's own (read-only) module cache. */
export async function downloadGoModule(moduleAtVersion: string): Promise<{ readonly Dir: string; readonly GoMod: string }> {
  return JSON.parse(await run('go', ['mod', 'download', '-json', moduleAtVersion], { cwd: tmpdir(), env, hint }));
}
