import { buildGoModule } from './go-module.js';
import { readKubernetesGoMod } from './kubernetes.js';
import type { ToolBundle } from './tool-bundle.js';

const version = '0.0.30';
const module = 'github.com/rancher/local-path-provisioner';

/**
 * Gives out volumes that are folders, for any StorageClass with provisioner rancher.io/local-path. Built with the cluster's own
 * packages, which is a tenth of the work of building it alone.
 */
export const localPathProvisioner: ToolBundle = {
  name: 'local-path-provisioner',
  version: `${version}-r2`,
  programs: { 'local-path-provisioner': 'local-path-provisioner' },
  async fetch(folder) {
    const goMod = `${await readKubernetesGoMod()}require ${module} v${version}\ntool ${module}\n`;
    await buildGoModule({ goMod, packages: [module] }, folder);
  },
};
