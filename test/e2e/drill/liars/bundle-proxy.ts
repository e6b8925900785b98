import { buildSync } from 'esbuild';

/** The proxy with everything it imports, as one ES module. */
export function bundleProxy(file: string): void {
  buildSync({
    entryPoints: ['test/e2e/drill/liars/proxy/main.ts'],
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    outfile: file,
    external: ['pg-native'],
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'error',
  });
}
