import { build, type Plugin } from 'esbuild';

// esbuild leaves require() calls of CommonJS dependencies in an ESM bundle, where there is no require
const banner = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

/** Packages with native parts, which nothing that the program does asks for: whoever does asks in vain. CommonJS, so that every name may be imported from it. */
const leaveOut = (packages: readonly string[]): Plugin => ({
  name: 'leave-out',
  setup({ onResolve, onLoad }) {
    const namespace = 'left-out';
    onResolve({ filter: /^@?\w/ }, ({ path }) => (packages.includes(path) ? { path, namespace } : undefined));
    onLoad({ filter: /.*/, namespace }, ({ path }) => ({ contents: `throw new Error('${path} is not in this program');`, loader: 'js' }));
  },
});

/** What pods run, as one file that needs Node and nothing else: an entry of a checkout with everything it imports, but for packages that are `left` out. */
export async function bundleProgram(root: string, entry: string, left: readonly string[] = []): Promise<Uint8Array> {
  const result = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    sourcemap: 'inline',
    sourcesContent: false,
    logLevel: 'silent',
    // optional native parts of the mongodb driver
    plugins: [leaveOut(left)],
    external: ['pg-native', 'kerberos', '@mongodb-js/zstd', '@aws-sdk/credential-providers', 'gcp-metadata', 'snappy', 'aws4', 'mongodb-client-encryption'],
    banner: { js: banner },
  });
  return result.outputFiles[0]!.contents;
}
