import { build } from 'esbuild';

// esbuild leaves require() calls of CommonJS dependencies in an ESM bundle, where there is no require
const banner = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

/** What pods run, as one file that needs Node and nothing else: an entry of a checkout with everything it imports. */
export async function bundleProgram(root: string, entry: string): Promise<Uint8Array> {
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
    external: ['pg-native', 'kerberos', '@mongodb-js/zstd', '@aws-sdk/credential-providers', 'gcp-metadata', 'snappy', 'aws4', 'mongodb-client-encryption'],
    banner: { js: banner },
  });
  return result.outputFiles[0]!.contents;
}
