import { unpackDebianPackages } from './debian-packages.js';
import type { ToolBundle } from './tool-bundle.js';

/** Debian's dockerd with its client; containerd and runc are the lab's (debian-daemons). `docker-libraries` is a folder. */
export const dockerEngine: ToolBundle = {
  name: 'docker-engine',
  version: 'bookworm',
  programs: {
    dockerd: 'usr/sbin/dockerd',
    docker: 'usr/bin/docker',
    'docker-proxy': 'usr/sbin/docker-proxy',
    'docker-init': 'usr/bin/docker-init',
    'docker-libraries': 'lib/x86_64-linux-gnu',
  },
  fetch: (folder) => unpackDebianPackages(['docker.io', 'tini', 'libdevmapper1.02.1'], folder),
};
